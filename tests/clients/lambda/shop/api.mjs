/** Behind a function URL: asks `stock` at once, and puts the order in a queue. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const lambda = new LambdaClient();
const sqs = new SQSClient();

export const handler = async (event) => {
  const order = JSON.parse(event.body);
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: "stock", Payload: JSON.stringify({ article: order.article }) }),
  );
  const { left } = JSON.parse(Buffer.from(Payload).toString());
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: process.env.QUEUE_URL,
      MessageBody: JSON.stringify(order),
      MessageAttributes: { tenant: { DataType: "String", StringValue: "blue" } },
    }),
  );
  return { statusCode: 202, headers: { "content-type": "application/json" }, body: JSON.stringify({ left }) };
};
