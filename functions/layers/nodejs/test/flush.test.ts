import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";

import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

import { withFirefly } from "../src";
import { settings } from "./events";
import { run } from "./lambda";
import { Recorder } from "./recorder";

const recorder = new Recorder();
let url: string;

before(async () => {
  url = `${await recorder.start()}/v1/traces`;
  new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))] }).register();
});
after(() => recorder.stop());
beforeEach(() => {
  recorder.take();
});

/** Longer than any test. */
const NEVER = { status: 200, body: "{}", delayMs: 30_000 };

describe("an answer", () => {
  const handler = withFirefly(() => Promise.resolve("answer"), settings({ FIREFLY_FLUSH_TIMEOUT_MS: "300" }));

  it("comes after its spans", async () => {
    assert.equal(await handler(), "answer");
    assert.equal(recorder.take().length, 1);
  });

  it("does not wait for a gateway that is silent", async () => {
    recorder.answer(NEVER);
    const began = performance.now();
    assert.equal(await handler(), "answer");
    const elapsed = performance.now() - began;
    assert.ok(elapsed >= 290 && elapsed < 1_500, String(elapsed));
  });

  for (const [what, endpoint] of [["that is silent", undefined], ["where nobody listens", "http://127.0.0.1:9/v1/traces"]] as const) {
    it(`under the community's layer waits at most two seconds for a gateway ${what}`, async () => {
      recorder.answer(NEVER);
      const outcome = await run({ handler: "commonjs.handler", deadlineMs: 20_000, environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint ?? url } });
      assert.deepEqual(outcome.answers, [{ value: { got: {} } }]);
      assert.ok(outcome.elapsedMs < 3_500, String(outcome.elapsedMs));
    });
  }
});
