/** Kinesis: data that is a JSON object with our key, or an EventBridge event. Packed and compressed data is passed over. */
import { findInEnvelope, parse } from "./payload";
import { get, path, text } from "./read";
import type { Found, Search } from "./types";

export function* findInKinesis(record: unknown, search: Search): Iterable<Found> {
  // EventBridge Pipes hand the record over without the level between.
  const data = text(path(record, "kinesis", "data")) ?? text(get(record, "data"));
  // The base64 of `{`, perhaps after white space.
  if (data === undefined || !/^[eICDg]/.test(data)) {
    return;
  }
  if (data.length > search.bytesLeft) {
    search.incomplete = true;
    return;
  }
  const json = Buffer.from(data, "base64").toString("utf8");
  for (const found of findInEnvelope(parse(json, search), "kinesis.data", search)) {
    yield { ...found, messageId: text(get(record, "eventID")) };
  }
}
