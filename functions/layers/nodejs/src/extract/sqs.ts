/** SQS: message attributes, or in the body an SNS notification that is not raw, an EventBridge event, our own key. */
import { sqsAttributes } from "./headers";
import { findInEnvelope, parse } from "./payload";
import { get, text } from "./read";
import type { Found, Search } from "./types";

export function* findInSqs(record: unknown, search: Search): Iterable<Found> {
  const messageId = text(get(record, "messageId"));
  const headers = sqsAttributes(get(record, "messageAttributes"));
  if (headers !== undefined) {
    yield { headers, source: "sqs.message_attributes", messageId };
    return;
  }
  for (const found of findInEnvelope(parse(get(record, "body"), search), "sqs.body", search)) {
    yield { ...found, messageId };
  }
}
