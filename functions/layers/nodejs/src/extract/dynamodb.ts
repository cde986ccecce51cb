/** DynamoDB Streams: an attribute of the item that the application keeps a context in, if the settings name one. */
import { plainHeaders } from "./headers";
import { get, isFields, path, text } from "./read";
import type { Found, Search } from "./types";
import type { Headers } from "./w3c";

/** `{S: traceparent}`, `{S: JSON}` or `{M: {traceparent: {S: …}, …}}`. */
function attributeHeaders(attribute: unknown): Headers | undefined {
  const map = get(attribute, "M");
  if (isFields(map)) {
    return plainHeaders({
      traceparent: path(map, "traceparent", "S"),
      tracestate: path(map, "tracestate", "S"),
      baggage: path(map, "baggage", "S"),
    });
  }
  const value = text(get(attribute, "S"));
  if (value === undefined || value.length > 16_384) {
    return undefined;
  }
  if (!value.startsWith("{")) {
    return { traceparent: value };
  }
  try {
    return plainHeaders(JSON.parse(value));
  } catch {
    return undefined;
  }
}

export function* findInDynamoDB(record: unknown, search: Search): Iterable<Found> {
  const name = search.settings.dynamodbAttribute;
  // A removal's item was written by the span of its last change, which did not cause the removal.
  const headers = name === undefined ? undefined : attributeHeaders(path(record, "dynamodb", "NewImage", name));
  if (headers !== undefined) {
    yield { headers, source: "dynamodb.new_image", messageId: text(get(record, "eventID")) };
  }
}
