/**
 * Reading of values that may be anything: a getter that throws, a revoked proxy, a cycle, a list of a million. What
 * cannot be read is undefined. Nothing is written.
 */

/** Keys of one object that are looked at when its names are compared without regard to case. */
const MAXIMUM_KEYS = 1_000;

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

export function get(value: unknown, key: string | number): unknown {
  if (!isFields(value)) {
    return undefined;
  }
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

export function path(value: unknown, ...keys: (string | number)[]): unknown {
  return keys.reduce(get, value);
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** The length of a list; 0 for anything else. */
export function lengthOf(value: unknown): number {
  const length = isList(value) ? get(value, "length") : undefined;
  return typeof length === "number" ? length : 0;
}

/** The items of a list, of which each is read when it is asked for. */
export function* items(value: unknown, most: number): Generator {
  const length = Math.min(lengthOf(value), most);
  for (let index = 0; index < length; index++) {
    yield get(value, index);
  }
}

export function keysOf(value: unknown, most = MAXIMUM_KEYS): readonly string[] {
  try {
    return isFields(value) ? Object.keys(value).slice(0, most) : [];
  } catch {
    return [];
  }
}

/** The value of a name in lower case, whatever the case of the key. The key in lower case goes first. */
export function getIgnoringCase(value: unknown, name: string): unknown {
  const exact = get(value, name);
  if (exact !== undefined) {
    return exact;
  }
  const key = keysOf(value).find((each) => each.length === name.length && each.toLowerCase() === name);
  return key === undefined ? undefined : get(value, key);
}
