/**
 * Makes the shop's queue, bus, topic and stream in an emulator of AWS, and the functions that they deliver to. Reads
 * `{"bootstrap", "timeout", "functions": {name: {handler, environment}}}` from standard input, and prints the variables
 * that the shop's other functions need.
 */
import { readFileSync } from "node:fs";

import { CreateEventBusCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { AddPermissionCommand, CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { strToU8, zipSync } from "fflate";

const shop = JSON.parse(readFileSync(0, "utf8"));
const [sqs, sns, kinesis, eventBridge, lambda] = [SQSClient, SNSClient, KinesisClient, EventBridgeClient, LambdaClient].map(
  (Client) => new Client(),
);

const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "receipts" }));
await kinesis.send(new CreateStreamCommand({ StreamName: "ledger", ShardCount: 1 }));
const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: "ledger" }));
await eventBridge.send(new CreateEventBusCommand({ Name: "shop" }));

// The functions themselves stay where they are.
const archive = zipSync({ bootstrap: strToU8(`#!/bin/sh\nexec "${shop.bootstrap}"\n`) });
const made = { QUEUE_URL: QueueUrl, TOPIC_ARN: TopicArn };
const arns = {};
for (const [name, { handler, environment }] of Object.entries(shop.functions)) {
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: "arn:aws:iam::000000000000:role/shop",
      // The emulator's own runtime for Node.js knows no wrappers.
      Runtime: "provided.al2023",
      Handler: handler,
      Code: { ZipFile: archive },
      Timeout: shop.timeout,
      Environment: { Variables: { ...environment, ...made } },
    }),
  );
  arns[name] = FunctionArn;
}

await lambda.send(
  new CreateEventSourceMappingCommand({ FunctionName: "orders", EventSourceArn: Attributes.QueueArn, BatchSize: 10 }),
);
await lambda.send(
  new CreateEventSourceMappingCommand({
    FunctionName: "ledger",
    EventSourceArn: StreamDescriptionSummary.StreamARN,
    StartingPosition: "TRIM_HORIZON",
  }),
);
await eventBridge.send(
  new PutRuleCommand({ Name: "accepted", EventBusName: "shop", EventPattern: JSON.stringify({ source: ["shop.orders"] }) }),
);
await allow("billing", "events.amazonaws.com");
await eventBridge.send(
  new PutTargetsCommand({ Rule: "accepted", EventBusName: "shop", Targets: [{ Id: "billing", Arn: arns.billing }] }),
);
await allow("receipts", "sns.amazonaws.com");
await sns.send(new SubscribeCommand({ TopicArn, Protocol: "lambda", Endpoint: arns.receipts }));

console.log(JSON.stringify(made));

function allow(FunctionName, Principal) {
  return lambda.send(new AddPermissionCommand({ FunctionName, Principal, StatementId: "shop", Action: "lambda:InvokeFunction" }));
}
