/** JSON payloads: keys that carry a context, and envelopes of other services within a text. */
import { plainHeaders, snsAttributes } from "./headers";
import { get, isFields, path, text } from "./read";
import type { Found, Search } from "./types";
import type { Headers } from "./w3c";

/** The longest text that is parsed: what SNS, SQS and EventBridge take, in their newer limit. */
const MAXIMUM_TEXT = 1_048_576;

/**
 * The context that a payload carries: beneath our key, beneath that of Firefly 1, or beside the payload's own keys, as
 * the distributed tracing extension of CloudEvents has it.
 */
export function payloadHeaders(payload: unknown, search: Search): Headers | undefined {
  return (
    plainHeaders(get(payload, search.settings.payloadKey)) ??
    plainHeaders(get(payload, "fireflyHeaders")) ??
    plainHeaders(payload)
  );
}

export function isEventBridge(event: unknown): boolean {
  return typeof get(event, "detail-type") === "string" && typeof get(event, "source") === "string" && isFields(get(event, "detail"));
}

export function isDestination(event: unknown): boolean {
  return typeof path(event, "requestContext", "functionArn") === "string" && isFields(get(event, "requestPayload"));
}

/** A JSON object in a text that may hold a context; undefined for anything else. */
export function parse(value: unknown, search: Search): unknown {
  const content = text(value);
  // The name stands in every payload that carries a context, so that others are not parsed.
  if (content === undefined || !/^\s*\{/.test(content) || !/traceparent/i.test(content)) {
    return undefined;
  }
  if (content.length > MAXIMUM_TEXT || content.length > search.bytesLeft) {
    search.incomplete = true;
    return undefined;
  }
  search.bytesLeft -= content.length;
  try {
    const parsed: unknown = JSON.parse(content);
    return isFields(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** What a payload of one service carries for another: SNS in SQS, EventBridge in either, a destination's record. */
export function* findInEnvelope(payload: unknown, source: string, search: Search): Iterable<Found> {
  if (!isFields(payload)) {
    return;
  }
  if (get(payload, "Type") === "Notification") {
    const headers = snsAttributes(get(payload, "MessageAttributes"));
    if (headers === undefined) {
      yield* findInEnvelope(parse(get(payload, "Message"), search), `${source}.sns.message`, search);
    } else {
      yield { headers, source: `${source}.sns.message_attributes` };
    }
    return;
  }
  if (isEventBridge(payload)) {
    yield* findInDetail(get(payload, "detail"), `${source}.eventbridge.detail`, search);
    return;
  }
  if (isDestination(payload)) {
    yield* findInDestination(payload, `${source}.destination`, search);
    return;
  }
  const headers = payloadHeaders(payload, search);
  if (headers !== undefined) {
    yield { headers, source: `${source}.payload` };
  }
}

/** The detail of an EventBridge event, which may be the record of a destination. */
export function* findInDetail(detail: unknown, source: string, search: Search): Iterable<Found> {
  const headers = payloadHeaders(detail, search);
  if (headers !== undefined) {
    yield { headers, source };
  } else if (isDestination(detail)) {
    yield* findInDestination(detail, `${source}.destination`, search);
  }
}

/** The event of the invocation that a destination's record is about: its cause is ours at second hand. */
export function* findInDestination(record: unknown, source: string, search: Search): Iterable<Found> {
  if (search.depthLeft === 0) {
    return;
  }
  search.depthLeft -= 1;
  for (const found of search.findInEvent(get(record, "requestPayload"))) {
    yield { ...found, source: `${source}.request_payload.${found.source}`, linkOnly: true };
  }
  search.depthLeft += 1;
}
