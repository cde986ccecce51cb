/** Amazon MQ: headers of RabbitMQ's messages, custom properties of ActiveMQ's. */
import { plainHeaders, rabbitHeaders } from "./headers";
import { get, items, keysOf, lengthOf, path, text } from "./read";
import type { Found, Shape } from "./types";

const MAXIMUM_MESSAGES = 10_000;

function* findInRabbit(event: unknown): Iterable<Found> {
  const queues = get(event, "rmqMessagesByQueue");
  let left = MAXIMUM_MESSAGES;
  for (const key of keysOf(queues)) {
    for (const message of items(get(queues, key), left)) {
      left -= 1;
      const properties = get(message, "basicProperties");
      const headers = rabbitHeaders(get(properties, "headers"));
      if (headers !== undefined) {
        yield { headers, source: "rabbitmq.headers", messageId: text(get(properties, "messageId")) };
      }
    }
  }
}

function* findInActive(event: unknown): Iterable<Found> {
  for (const message of items(get(event, "messages"), MAXIMUM_MESSAGES)) {
    const headers = plainHeaders(get(message, "properties"));
    if (headers !== undefined) {
      yield { headers, source: "activemq.properties", messageId: text(get(message, "messageID")) };
    }
  }
}

export const rabbitMq: Shape = {
  name: "MQ, RabbitMQ",
  matches: (event) => get(event, "eventSource") === "aws:rmq",
  trigger: "pubsub",
  messages: (event) => keysOf(get(event, "rmqMessagesByQueue")).reduce((count, key) => count + lengthOf(path(event, "rmqMessagesByQueue", key)), 0),
  find: findInRabbit,
};

export const activeMq: Shape = {
  name: "MQ, ActiveMQ",
  matches: (event) => get(event, "eventSource") === "aws:mq",
  trigger: "pubsub",
  messages: (event) => lengthOf(get(event, "messages")),
  find: findInActive,
};
