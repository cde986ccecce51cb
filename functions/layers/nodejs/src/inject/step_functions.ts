/** Step Functions StartExecution and StartSyncExecution: our key in the execution's input. */
import { lend, original } from "./input";
import { byteLength, putIntoJson } from "./json_text";
import type { AwsRequest, Carrier } from "./types";

const MAXIMUM_BYTES = 262_144;

export function injectStartExecution(input: AwsRequest["commandInput"], key: string, carrier: Carrier): void {
  const json = original(input, "input") ?? "{}";
  const withContext = typeof json === "string" ? putIntoJson(json, key, carrier) : undefined;
  if (withContext !== undefined && byteLength(withContext) <= MAXIMUM_BYTES) {
    lend(input, "input", withContext);
  }
}
