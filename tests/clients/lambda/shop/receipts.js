/** Enters receipts in the ledger, a stream. */
const { KinesisClient, PutRecordCommand } = require("@aws-sdk/client-kinesis");

const kinesis = new KinesisClient();

module.exports.handler = async ({ Records }) => {
  for (const { Sns } of Records) {
    await kinesis.send(
      new PutRecordCommand({ StreamName: "ledger", PartitionKey: "receipts", Data: Buffer.from(Sns.Message) }),
    );
  }
};
