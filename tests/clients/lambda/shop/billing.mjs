/** Bills what is accepted, and publishes the receipts. */
import { PublishBatchCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";

const sns = new SNSClient();

export const handler = async ({ detail }) => {
  const receipt = JSON.stringify({ order: detail.id, keys: Object.keys(detail) });
  const { TOPIC_ARN: TopicArn } = process.env;
  if (detail.batch) {
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: "one", Message: receipt }] }));
  } else {
    await sns.send(new PublishCommand({ TopicArn, Message: receipt }));
  }
};
