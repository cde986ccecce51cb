import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { INJECTED_SERVICES, readSettings } from "../src/settings";

describe("settings", () => {
  it("have their defaults", () => {
    assert.deepEqual(readSettings({}), {
      disabled: false,
      batchContext: "auto",
      maxLinks: 128,
      payloadKey: "_firefly",
      inject: new Set(INJECTED_SERVICES),
      invokePayload: false,
      namedExecutions: false,
      dynamodbAttribute: undefined,
      timeoutMarginMs: 200,
      flushTimeoutMs: 500,
    });
  });

  it("are what the variables say", () => {
    const settings = readSettings({
      FIREFLY_LAYER_DISABLED: "TRUE",
      FIREFLY_BATCH_CONTEXT: " Links ",
      FIREFLY_MAX_LINKS: "5",
      FIREFLY_PAYLOAD_KEY: "trace",
      FIREFLY_INJECT: "sns, Kinesis",
      FIREFLY_INVOKE_PAYLOAD: "1",
      FIREFLY_STEP_FUNCTIONS_NAMED: "yes",
      FIREFLY_DYNAMODB_ATTRIBUTE: "_otel",
      FIREFLY_TIMEOUT_MARGIN_MS: "0",
      FIREFLY_FLUSH_TIMEOUT_MS: "2000",
    });
    assert.deepEqual(settings, {
      disabled: true,
      batchContext: "links",
      maxLinks: 5,
      payloadKey: "trace",
      inject: new Set(["sns", "kinesis"]),
      invokePayload: true,
      namedExecutions: true,
      dynamodbAttribute: "_otel",
      timeoutMarginMs: 0,
      flushTimeoutMs: 2_000,
    });
    assert.deepEqual(readSettings({ FIREFLY_INJECT: "none" }).inject, new Set());
  });

  it("that are not understood are the defaults", () => {
    const numbers = ["", "-1", "1.5", "abc", "1e3", "99999999999", "129"];
    for (const value of numbers) {
      assert.equal(readSettings({ FIREFLY_MAX_LINKS: value, FIREFLY_BATCH_CONTEXT: value }).maxLinks, 128);
      assert.equal(readSettings({ FIREFLY_BATCH_CONTEXT: value }).batchContext, "auto");
    }
    const names = fc.constantFrom("FIREFLY_MAX_LINKS", "FIREFLY_INJECT", "FIREFLY_TIMEOUT_MARGIN_MS", "FIREFLY_LAYER_DISABLED");
    fc.assert(fc.property(names, fc.string(), (name, value) => {
      const { maxLinks, timeoutMarginMs } = readSettings({ [name]: value });
      assert.ok(maxLinks >= 0 && maxLinks <= 128 && timeoutMarginMs >= 0);
    }));
  });
});
