/** MSK and Kafka of one's own: headers of the records, which are lists by topic and partition. */
import { kafkaHeaders } from "./headers";
import { get, items, keysOf, lengthOf } from "./read";
import type { Found, Search, Shape } from "./types";

const MAXIMUM_RECORDS = 10_000;

const KAFKA: readonly unknown[] = ["aws:kafka", "SelfManagedKafka"];

function messages(event: unknown): number {
  const partitions = get(event, "records");
  return keysOf(partitions).reduce((count, key) => count + lengthOf(get(partitions, key)), 0);
}

function* findInKafka(event: unknown, search: Search): Iterable<Found> {
  const partitions = get(event, "records");
  let left = MAXIMUM_RECORDS;
  search.incomplete ||= messages(event) > MAXIMUM_RECORDS;
  for (const key of keysOf(partitions)) {
    for (const record of items(get(partitions, key), left)) {
      left -= 1;
      const headers = kafkaHeaders(get(record, "headers"));
      if (headers !== undefined) {
        const offset = get(record, "offset");
        yield { headers, source: "kafka.headers", messageId: typeof offset === "number" ? `${key}-${offset}` : undefined };
      }
    }
  }
}

export const kafka: Shape = {
  name: "MSK, Kafka",
  matches: (event) => KAFKA.includes(get(event, "eventSource")),
  trigger: "pubsub",
  messages,
  find: findInKafka,
};
