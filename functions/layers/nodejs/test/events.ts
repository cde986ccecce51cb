import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readSettings, type Environment, type Settings } from "../src/settings";

/** The compiled tests are one folder further down than their sources. */
const FOLDER = join(__dirname, "../../test/fixtures/events");

export const TRACE_ID = "4f1e2d3c4b5a69788796a5b4c3d2e1f0";
export const SPAN_ID = "1a2b3c4d5e6f7081";
export const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

export function eventNames(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.json$/, "")).sort();
}

export function readEvent(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
}

export function settings(environment: Environment = {}): Settings {
  return readSettings(environment);
}

/** A `traceparent` of trace and span number n. */
export function traceparent(trace: number, span: number, flags = "01"): string {
  return `00-${trace.toString(16).padStart(32, "a")}-${span.toString(16).padStart(16, "b")}-${flags}`;
}

/** An SQS event with a message for each `traceparent`; undefined for a message without one. */
export function sqsEvent(traceparents: readonly (string | undefined)[]): { Records: unknown[] } {
  return {
    Records: traceparents.map((value, index) => ({
      messageId: `message-${index}`,
      body: "{}",
      attributes: {},
      messageAttributes: value === undefined ? {} : { traceparent: { stringValue: value, dataType: "String" } },
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:111122223333:orders",
    })),
  };
}
