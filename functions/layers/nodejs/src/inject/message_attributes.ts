/**
 * Message attributes of SQS and SNS. Upstream injects Publish, SendMessage and SendMessageBatch, unless fewer than three
 * attributes are free; there, and in PublishBatch, this does.
 */
import { get, isFields, isList } from "../extract/read";
import { byteLength } from "./json_text";
import { lend, original } from "./input";
import type { AwsRequest, Carrier } from "./types";

/** SQS takes ten, and raw delivery from SNS to SQS drops a message of more. */
const MAXIMUM_ATTRIBUTES = 10;
/** Names that upstream adds, by the fields of its propagators. */
const UPSTREAM_ATTRIBUTES = 3;
/** SNS and SQS in their older limit, for all messages of a batch together. */
const MAXIMUM_BYTES = 262_144;

type Attributes = Record<string, unknown>;

/** PublishBatch: each entry has the context, as far as they all fit. */
export function injectPublishBatch(input: AwsRequest["commandInput"], carrier: Carrier): void {
  const entries = original(input, "PublishBatchRequestEntries");
  if (!isList(entries)) {
    return;
  }
  let size = entries.reduce((sum: number, entry) => sum + messageBytes(entry, "Message"), 0);
  const changed = entries.map((entry) => {
    if (!isFields(entry)) {
      return entry;
    }
    const attributes = copyOf(entry.MessageAttributes);
    size += addAttributes(attributes, carrier, MAXIMUM_BYTES - size, MAXIMUM_ATTRIBUTES);
    return Object.keys(attributes).length === 0 ? entry : { ...entry, MessageAttributes: attributes };
  });
  lend(input, "PublishBatchRequestEntries", changed);
}

/** Publish, SendMessage: a copy for upstream to write to, and what it leaves out. */
export function lendAttributes(input: AwsRequest["commandInput"], body: string, carrier: Carrier | undefined): void {
  const attributes = copyOf(original(input, "MessageAttributes"));
  fillUp(attributes, carrier, messageBytes(input, body));
  lend(input, "MessageAttributes", attributes);
}

/** SendMessageBatch: the same for each entry. */
export function lendEntries(input: AwsRequest["commandInput"], carrier: Carrier | undefined): void {
  const entries = original(input, "Entries");
  if (!isList(entries)) {
    return;
  }
  const size = entries.reduce((sum: number, entry) => sum + messageBytes(entry, "MessageBody"), 0);
  const changed = entries.map((entry) => {
    if (!isFields(entry)) {
      return entry;
    }
    const attributes = copyOf(entry.MessageAttributes);
    fillUp(attributes, carrier, size);
    return { ...entry, MessageAttributes: attributes };
  });
  lend(input, "Entries", changed);
}

/** Upstream gives up where its three names do not all fit, even if the one that matters does. */
function fillUp(attributes: Attributes, carrier: Carrier | undefined, size: number): void {
  const leftOut = Object.keys(attributes).length + UPSTREAM_ATTRIBUTES > MAXIMUM_ATTRIBUTES;
  if (carrier !== undefined && leftOut) {
    addAttributes(attributes, { traceparent: carrier.traceparent }, MAXIMUM_BYTES - size, MAXIMUM_ATTRIBUTES);
  }
}

/** Adds what fits, and returns the bytes that were added. */
function addAttributes(attributes: Attributes, carrier: Carrier, bytesFree: number, most: number): number {
  let added = 0;
  for (const [name, value] of Object.entries(carrier) as [string, string][]) {
    const isNew = !Object.hasOwn(attributes, name);
    const bytes = isNew ? name.length + "String".length + byteLength(value) : 0;
    // SNS takes a value with quotes for JSON in its filter policies, and drops the message where it is none.
    const isPlain = !/["\\[\]{}]/.test(value);
    if (!isPlain || added + bytes > bytesFree || (isNew && Object.keys(attributes).length >= most)) {
      continue;
    }
    attributes[name] = { DataType: "String", StringValue: value };
    added += bytes;
  }
  return added;
}

function messageBytes(message: unknown, body: string): number {
  const attributes = get(message, "MessageAttributes");
  const ofAttributes = isFields(attributes)
    ? Object.entries(attributes).reduce((sum, [name, value]) => sum + attributeBytes(name, value), 0)
    : 0;
  return byteLength(get(message, body)) + byteLength(get(message, "Subject")) + ofAttributes;
}

function attributeBytes(name: string, attribute: unknown): number {
  return ["DataType", "StringValue", "BinaryValue"].reduce((sum, key) => sum + byteLength(get(attribute, key)), byteLength(name));
}

function copyOf(attributes: unknown): Attributes {
  return isFields(attributes) ? { ...attributes } : {};
}
