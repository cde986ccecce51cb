/** Kinesis PutRecord and PutRecords: our key in `Data` that is a JSON object. Packed and other data stays as it is. */
import { get, isFields, isList } from "../extract/read";
import { lend, original } from "./input";
import { byteLength, putIntoData } from "./json_text";
import type { AwsRequest, Carrier } from "./types";

/** A record with its partition key, and a request of several; both in the older limits. */
const MAXIMUM_RECORD_BYTES = 1_048_576;
const MAXIMUM_REQUEST_BYTES = 5_242_880;

export function injectPutRecord(input: AwsRequest["commandInput"], key: string, carrier: Carrier): void {
  const data = putIntoData(original(input, "Data"), key, carrier);
  if (data !== undefined && byteLength(data) + byteLength(input.PartitionKey) <= MAXIMUM_RECORD_BYTES) {
    lend(input, "Data", data);
  }
}

export function injectPutRecords(input: AwsRequest["commandInput"], key: string, carrier: Carrier): void {
  const records = original(input, "Records");
  if (!isList(records)) {
    return;
  }
  let size = records.reduce((sum: number, record) => sum + recordBytes(record), 0);
  const changed = records.map((record) => {
    const data = isFields(record) ? putIntoData(record.Data, key, carrier) : undefined;
    if (!isFields(record) || data === undefined) {
      return record;
    }
    const added = byteLength(data) - byteLength(record.Data);
    if (recordBytes(record) + added > MAXIMUM_RECORD_BYTES || size + added > MAXIMUM_REQUEST_BYTES) {
      return record;
    }
    size += added;
    return { ...record, Data: data };
  });
  lend(input, "Records", changed);
}

function recordBytes(record: unknown): number {
  return byteLength(get(record, "Data")) + byteLength(get(record, "PartitionKey"));
}
