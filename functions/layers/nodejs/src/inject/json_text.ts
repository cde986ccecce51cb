/**
 * A key put into the text of a JSON object. The text is not written anew: numbers beyond the precision of JavaScript,
 * the order of keys and white space stay as the sender wrote them.
 */
import type { Carrier } from "./types";

/** The text with the context beneath `key`; undefined if it is no JSON object or cannot take it. */
export function putIntoJson(json: string, key: string, carrier: Carrier): string | undefined {
  const fields = parseObject(json);
  if (fields === undefined) {
    return undefined;
  }
  const member = `${JSON.stringify(key)}:${JSON.stringify(carrier)}`;
  if (Object.hasOwn(fields, key)) {
    return replaceMember(json, key, fields[key], member);
  }
  const start = json.indexOf("{") + 1;
  const rest = json.slice(start);
  return `${json.slice(0, start)}${member}${rest.trimStart().startsWith("}") ? "" : ","}${rest}`;
}

/** Where an event is passed on with the context it came with, that one is written over. */
function replaceMember(json: string, key: string, old: unknown, member: string): string | undefined {
  const written = `${JSON.stringify(key)}:${JSON.stringify(old)}`;
  const parts = json.split(written);
  if (parts.length !== 2) {
    return undefined;
  }
  const replaced = parts.join(member);
  const value = parseObject(replaced)?.[key];
  return value !== undefined && member.endsWith(JSON.stringify(value)) ? replaced : undefined;
}

function parseObject(json: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(json)) {
    return undefined;
  }
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** As `putIntoJson`, for the bytes or the text that SDKs take; the answer is of the same kind. */
export function putIntoData(data: unknown, key: string, carrier: Carrier): string | Uint8Array | undefined {
  if (typeof data === "string") {
    return putIntoJson(data, key, carrier);
  }
  if (!(data instanceof Uint8Array)) {
    return undefined;
  }
  const first = data.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  if (first !== 0x7b) {
    return undefined;
  }
  const json = decode(data);
  const changed = json === undefined ? undefined : putIntoJson(json, key, carrier);
  return changed === undefined ? undefined : Buffer.from(changed, "utf8");
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export function byteLength(data: unknown): number {
  if (typeof data === "string") {
    return Buffer.byteLength(data, "utf8");
  }
  return data instanceof Uint8Array ? data.byteLength : 0;
}
