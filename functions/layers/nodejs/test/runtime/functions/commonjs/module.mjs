import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const downstream = process.env.DOWNSTREAM;
await sleep(1);

export const handler = async (event) => {
  await (await fetch(`${downstream}/fetch`)).text();
  await new Promise((resolve, reject) => {
    get(`${downstream}/http`, (response) => response.resume().on("end", resolve)).on("error", reject);
  });
  const client = new SQSClient({ endpoint: downstream, maxAttempts: 1 });
  await client.send(new SendMessageCommand({ QueueUrl: `${downstream}/123456789012/parcels`, MessageBody: "{}" }));
  return { result: "done", event, url: import.meta.url };
};

export const orders = { create: handler };
