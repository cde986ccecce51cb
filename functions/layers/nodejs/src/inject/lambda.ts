/**
 * Lambda Invoke. The client context, in which upstream injects Invoke and this injects InvokeWithResponseStream, reaches
 * synchronous invocations only; the payload of others is given our key, if the settings say so.
 */
import { isFields, isList } from "../extract/read";
import { lend, original } from "./input";
import { byteLength, putIntoData } from "./json_text";
import type { AwsRequest, Carrier } from "./types";

/** Of base64. */
const MAXIMUM_CLIENT_CONTEXT = 3_583;
/** Of an asynchronous invocation's event, in the older limit. */
const MAXIMUM_BYTES = 262_144;

export function injectAsyncInvoke(input: AwsRequest["commandInput"], field: "Payload" | "InvokeArgs", key: string, carrier: Carrier): void {
  const payload = putIntoData(original(input, field) ?? "{}", key, carrier);
  if (payload !== undefined && byteLength(payload) <= MAXIMUM_BYTES) {
    lend(input, field, payload);
  }
}

/** Lets upstream write the client context, and remembers what to give back. */
export function lendClientContext(input: AwsRequest["commandInput"], carrier: Carrier | undefined): void {
  const clientContext = original(input, "ClientContext");
  const isUpstreams = (current: unknown) =>
    current === clientContext || (typeof current === "string" && carrier !== undefined && decode(current).includes(carrier.traceparent));
  lend(input, "ClientContext", clientContext, isUpstreams);
}

export function injectClientContext(input: AwsRequest["commandInput"], carrier: Carrier): void {
  const clientContext = original(input, "ClientContext");
  const fields = clientContext === undefined ? {} : parse(clientContext);
  if (!isFields(fields) || isList(fields) || !(fields.custom === undefined || isFields(fields.custom))) {
    return;
  }
  const json = JSON.stringify({ ...fields, custom: { ...fields.custom, ...carrier } });
  const encoded = Buffer.from(json, "utf8").toString("base64");
  if (encoded.length <= MAXIMUM_CLIENT_CONTEXT) {
    lend(input, "ClientContext", encoded);
  }
}

function parse(clientContext: unknown): unknown {
  try {
    return typeof clientContext === "string" ? JSON.parse(decode(clientContext)) : undefined;
  } catch {
    return undefined;
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
