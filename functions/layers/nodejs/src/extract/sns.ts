/** SNS: message attributes, or in the message an EventBridge event, a destination's record, our own key. */
import { snsAttributes } from "./headers";
import { findInEnvelope, parse } from "./payload";
import { get, path, text } from "./read";
import type { Found, Search } from "./types";

export function* findInSns(record: unknown, search: Search): Iterable<Found> {
  const message = get(record, "Sns");
  const messageId = text(get(message, "MessageId"));
  const headers = snsAttributes(path(message, "MessageAttributes"));
  if (headers !== undefined) {
    yield { headers, source: "sns.message_attributes", messageId };
    return;
  }
  for (const found of findInEnvelope(parse(get(message, "Message"), search), "sns.message", search)) {
    yield { ...found, messageId };
  }
}
