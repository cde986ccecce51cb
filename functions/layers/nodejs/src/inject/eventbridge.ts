/** EventBridge PutEvents: our key in each `Detail`, which is the text of a JSON object. */
import { get, isFields, isList } from "../extract/read";
import { lend, original } from "./input";
import { byteLength, putIntoJson } from "./json_text";
import type { AwsRequest, Carrier } from "./types";

/** Of all entries of a request together, in the older limit. */
const MAXIMUM_BYTES = 262_144;
/** What a `Time` counts for. */
const TIME_BYTES = 14;

export function injectPutEvents(input: AwsRequest["commandInput"], key: string, carrier: Carrier): void {
  const entries = original(input, "Entries");
  if (!isList(entries)) {
    return;
  }
  let size = entries.reduce((sum: number, entry) => sum + entryBytes(entry), 0);
  const changed = entries.map((entry) => {
    const detail = get(entry, "Detail");
    const withContext = typeof detail === "string" ? putIntoJson(detail, key, carrier) : undefined;
    if (!isFields(entry) || withContext === undefined) {
      return entry;
    }
    const added = byteLength(withContext) - byteLength(detail);
    if (size + added > MAXIMUM_BYTES) {
      return entry;
    }
    size += added;
    return { ...entry, Detail: withContext };
  });
  lend(input, "Entries", changed);
}

function entryBytes(entry: unknown): number {
  const resources = get(entry, "Resources");
  const ofResources = isList(resources) ? resources.reduce((sum: number, each) => sum + byteLength(each), 0) : 0;
  const ofTime = get(entry, "Time") === undefined ? 0 : TIME_BYTES;
  return ["Source", "DetailType", "Detail"].reduce((sum, name) => sum + byteLength(get(entry, name)), ofTime + ofResources);
}
