/** The forms in which an event carries the three W3C headers. */
import { get, getIgnoringCase, isFields, isList, items, keysOf, text } from "./read";
import type { Headers } from "./w3c";

const NAMES = ["traceparent", "tracestate", "baggage"] as const;

/** Items of a header that is given more than once. */
const MAXIMUM_VALUES = 32;

function headersBy(valueOf: (name: string) => string | undefined): Headers | undefined {
  const traceparent = valueOf("traceparent");
  if (traceparent === undefined) {
    return undefined;
  }
  return { traceparent, tracestate: valueOf("tracestate"), baggage: valueOf("baggage") };
}

/** HTTP headers: names in any case; a value is a text, or a list of texts. */
export function httpHeaders(fields: unknown): Headers | undefined {
  return headersBy((name) => {
    const value = getIgnoringCase(fields, name);
    const values = isList(value) ? [...items(value, MAXIMUM_VALUES)].filter((each) => typeof each === "string") : [value];
    // Where one name is given twice, front ends join the values; a traceparent has no comma of its own.
    return name === "traceparent" ? text(values[0])?.split(",", 1)[0] : text(values.join(","));
  });
}

/** Attributes of an SQS record: `{stringValue, binaryValue, dataType}`. */
export function sqsAttributes(attributes: unknown): Headers | undefined {
  return headersBy((name) => {
    const attribute = getIgnoringCase(attributes, name);
    return text(get(attribute, "stringValue")) ?? base64Text(get(attribute, "binaryValue"));
  });
}

/** Attributes of an SNS message: `{Type, Value}`. */
export function snsAttributes(attributes: unknown): Headers | undefined {
  return headersBy((name) => {
    const attribute = getIgnoringCase(attributes, name);
    const value = get(attribute, "Value");
    return get(attribute, "Type") === "Binary" ? base64Text(value) : text(value);
  });
}

/** Headers of a Kafka record: a list of `{name: [bytes]}`. */
export function kafkaHeaders(headers: unknown): Headers | undefined {
  const found: Record<string, unknown> = {};
  for (const header of items(headers, 1_000)) {
    for (const key of keysOf(header, 100)) {
      const name = NAMES.find((each) => each === key.toLowerCase());
      if (name !== undefined) {
        found[name] = get(header, key);
      }
    }
  }
  return headersBy((name) => text(found[name]) ?? bytesText(found[name]));
}

/** Headers of a RabbitMQ message: `{name: {bytes: [bytes]}}`, or a text. */
export function rabbitHeaders(headers: unknown): Headers | undefined {
  return headersBy((name) => {
    const value = getIgnoringCase(headers, name);
    return text(value) ?? bytesText(get(value, "bytes")) ?? bytesText(value);
  });
}

/** A plain object with the names as keys: what an application or Firefly put into a payload. */
export function plainHeaders(fields: unknown): Headers | undefined {
  if (!isFields(fields) || isList(fields)) {
    return undefined;
  }
  return headersBy((name) => text(getIgnoringCase(fields, name)));
}

/** A text as base64, as Lambda hands over binary values. */
function base64Text(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= 16_384 ? text(Buffer.from(value, "base64").toString("utf8")) : undefined;
}

/** A text as a list of bytes, which Java writes with signs. */
function bytesText(value: unknown): string | undefined {
  if (!isList(value)) {
    return undefined;
  }
  const bytes = [...items(value, 16_384)];
  if (!bytes.every((byte) => Number.isInteger(byte))) {
    return undefined;
  }
  return text(Buffer.from(bytes as number[]).toString("utf8"));
}
