/**
 * Events of records: SQS, SNS, Kinesis and DynamoDB Streams, each with its messages in `Records`, or, from EventBridge
 * Pipes, as the event itself.
 */
import { findInDynamoDB } from "./dynamodb";
import { findInKinesis } from "./kinesis";
import { get, isList, items, lengthOf, path } from "./read";
import { findInSns } from "./sns";
import { findInSqs } from "./sqs";
import type { Found, Search, Shape, Trigger } from "./types";

/** The largest batch that Lambda delivers. */
const MAXIMUM_RECORDS = 10_000;

type FindInRecord = (record: unknown, search: Search) => Iterable<Found>;

const SOURCES: ReadonlyMap<unknown, { readonly trigger: Trigger; readonly find: FindInRecord }> = new Map([
  ["aws:sqs", { trigger: "pubsub", find: findInSqs }],
  ["aws:sns", { trigger: "pubsub", find: findInSns }],
  ["aws:kinesis", { trigger: "pubsub", find: findInKinesis }],
  ["aws:dynamodb", { trigger: "datasource", find: findInDynamoDB }],
  ["aws:s3", { trigger: "datasource", find: () => [] }],
]);

function recordsOf(event: unknown): unknown {
  return isList(event) ? event : get(event, "Records");
}

function sourceOf(event: unknown): unknown {
  const first = path(recordsOf(event), 0);
  // SNS alone has a capital.
  return get(first, "eventSource") ?? get(first, "EventSource");
}

function* findInRecords(event: unknown, search: Search): Iterable<Found> {
  const source = SOURCES.get(sourceOf(event));
  const records = recordsOf(event);
  if (source === undefined) {
    return;
  }
  search.incomplete ||= lengthOf(records) > MAXIMUM_RECORDS;
  for (const record of items(records, MAXIMUM_RECORDS)) {
    yield* source.find(record, search);
  }
}

export const records: Shape = {
  name: "SQS, SNS, Kinesis, DynamoDB Streams",
  matches: (event) => SOURCES.has(sourceOf(event)),
  trigger: (event) => SOURCES.get(sourceOf(event))?.trigger,
  messages: (event) => lengthOf(recordsOf(event)),
  find: findInRecords,
};
