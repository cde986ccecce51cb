// What a handler does in these tests: three calls to the service at DOWNSTREAM, by fetch, by http, and by the AWS SDK.
const http = require("node:http");
const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");

const downstream = process.env.DOWNSTREAM;
let client;

exports.work = async () => {
  await (await fetch(`${downstream}/fetch`)).text();
  await new Promise((resolve, reject) => {
    http.get(`${downstream}/http`, (response) => response.resume().on("end", resolve)).on("error", reject);
  });
  client ??= new SQSClient({ endpoint: downstream, maxAttempts: 1 });
  await client.send(new SendMessageCommand({ QueueUrl: `${downstream}/123456789012/parcels`, MessageBody: "{}" }));
  return "done";
};
