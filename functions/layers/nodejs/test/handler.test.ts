import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { buildSync } from "esbuild";

import { readEvent, SPAN_ID, sqsEvent, TRACE_ID, traceparent, TRACEPARENT } from "./events";
import { run, TASK_ROOT, type Outcome, type TestSpan } from "./lambda";

const REQUEST = readEvent("api-gateway-rest");

function invocation(outcome: Outcome): TestSpan {
  const spans = outcome.spans.filter((span) => span.name === "orders");
  assert.equal(spans.length, 1, `one invocation span in ${JSON.stringify(outcome.spans.map((span) => span.name))}; ${outcome.printed}`);
  return spans[0]!;
}

/** The invocation continues the event's trace, answers, and prints nothing. */
function assertTraced(outcome: Outcome): TestSpan {
  const span = invocation(outcome);
  assert.equal(span.traceId, TRACE_ID);
  assert.equal(span.parent, SPAN_ID);
  assert.equal(outcome.printed, "");
  return span;
}

let folder: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "firefly-layer-"));
  buildSync({ entryPoints: [join(TASK_ROOT, "bundled.ts")], outfile: join(folder, "bundled.js"), bundle: true, platform: "node", format: "cjs" });
  // Without a manifest, the instrumentation of modules itself prints a line.
  writeFileSync(join(folder, "package.json"), "{ \"version\": \"1.0.0\" }");
});
after(() => {
  rmSync(folder, { recursive: true });
});

describe("under the community's instrumentation", () => {
  it("an async handler continues the trace", async () => {
    const outcome = await run({ handler: "commonjs.handler", events: [REQUEST] });
    const span = assertTraced(outcome);
    assert.deepEqual(outcome.answers, [{ value: { got: REQUEST } }]);
    assert.deepEqual(outcome.event, REQUEST);
    assert.equal(span.attributes["firefly.context.source"], "http.headers");
    assert.equal(span.attributes["faas.trigger"], "http");
    assert.equal(outcome.spans.find(({ name }) => name === "work")!.parent, span.spanId);
    assert.equal(outcome.propagators, "tracecontext,baggage");
  });

  it("a handler with a callback", async () => {
    const outcome = await run({ handler: "commonjs.callback", events: [REQUEST] });
    const span = invocation(outcome);
    assert.equal(span.parent, SPAN_ID);
    assert.deepEqual(outcome.answers, [{ value: "called back" }]);
    assert.equal(outcome.parameters, 3);
    assert.equal(outcome.spans.find(({ name }) => name === "work")!.parent, span.spanId);
  });

  it("a streaming handler", async () => {
    const outcome = await run({ handler: "commonjs.streaming", events: [REQUEST] });
    assertTraced(outcome);
    assert.equal(outcome.streamed, "streamed");
  });

  for (const handler of ["commonjs.failing", "commonjs.synchronousError"]) {
    it(`a handler that fails: ${handler}`, async () => {
      const outcome = await run({ handler, events: [REQUEST] });
      assert.equal(assertTraced(outcome).status.code, 2);
      assert.deepEqual(outcome.answers, [{ error: "of the handler's own" }]);
    });
  }

  it("a nested handler", async () => {
    const outcome = await run({ handler: "commonjs.api.v1.orders", events: [REQUEST] });
    assertTraced(outcome);
    assert.deepEqual(outcome.answers, [{ value: { nested: REQUEST } }]);
  });

  for (const handler of ["fixed.handler", "program.handler"]) {
    it(`an unusual module: ${handler}`, async () => {
      const outcome = await run({ handler, events: [REQUEST] });
      assertTraced(outcome);
      assert.match(String(outcome.answers[0]!.value), /frozen|property/);
    });
  }

  for (const handler of ["bundled.handler", "bundled.api.orders"]) {
    it(`a bundle of esbuild's: ${handler}`, async () => {
      const outcome = await run({ handler, events: [REQUEST], taskRoot: folder });
      assertTraced(outcome);
      assert.equal(outcome.answers[0]!.error, undefined);
    });
  }

  it("an ES module, by its name", async () => {
    const outcome = await run({ handler: "esm.handler", events: [REQUEST], isModule: true });
    assertTraced(outcome);
    assert.deepEqual(outcome.answers, [{ value: { got: REQUEST } }]);
  });

  it("an ES module, by its package", async () => {
    assertTraced(await run({ handler: "module/index.handler", events: [REQUEST], isModule: true }));
  });

  it("a nested handler of an ES module answers, if without a span", async () => {
    const outcome = await run({ handler: "esm.api.orders", events: [REQUEST], isModule: true });
    assert.deepEqual(outcome.answers, [{ value: "nested" }]);
  });

  it("events that are no objects reach the handler", async () => {
    for (const event of [null, 0, "", "text", [], [null], { Records: [null] }, { headers: null }, { Records: [{ eventSource: "aws:sqs" }, null] }]) {
      const outcome = await run({ handler: "commonjs.handler", events: [event] });
      assert.deepEqual(outcome.answers, [{ value: { got: event } }], JSON.stringify(event));
    }
  });

  it("a handler that is not there is the runtime's to report", async () => {
    assert.deepEqual((await run({ handler: "commonjs.missing" })).answers, [{ error: "handler not found" }]);
    assert.match((await run({ handler: "missing.handler" })).answers[0]!.error ?? "", /Cannot find module/);
  });

  it("a batch of several traces is a root with links", async () => {
    const outcome = await run({ handler: "commonjs.handler", events: [sqsEvent([traceparent(1, 1), traceparent(2, 2)])] });
    const span = invocation(outcome);
    assert.equal(span.parent, undefined);
    assert.deepEqual(span.links, ["bbbbbbbbbbbbbbb1", "bbbbbbbbbbbbbbb2"]);
    assert.equal(span.attributes["messaging.batch.message_count"], 2);
    assert.equal(outcome.printed, "");
  });

  it("an Invoke by an SDK", async () => {
    const outcome = await run({ handler: "commonjs.handler", clientContext: { custom: { traceparent: TRACEPARENT } } });
    assert.equal(assertTraced(outcome).attributes["firefly.context.source"], "lambda.client_context");
  });

  it("X-Ray's Sampled=0 drops nothing", async () => {
    const outcome = await run({ handler: "commonjs.handler", environment: { OTEL_PROPAGATORS: "tracecontext,baggage,xray-lambda" } });
    assert.equal(invocation(outcome).attributes["firefly.context.source"], "none");
    assert.equal(outcome.propagators, "tracecontext,baggage,xray-lambda");
  });

  it("the kill switch leaves nothing of ours", async () => {
    const outcome = await run({ handler: "commonjs.handler", events: [REQUEST], environment: { FIREFLY_LAYER_DISABLED: "true" } });
    const span = invocation(outcome);
    assert.equal(span.parent, undefined);
    assert.equal(span.attributes["firefly.context.source"], undefined);
    assert.equal(outcome.propagators, undefined);
  });
});

describe("a hook of the user's", () => {
  const code = `
    const set = (name, hook) => { globalThis[name] = hook; };
    set("configureLambdaInstrumentation", (config) => ({
      ...config,
      requestHook: (span) => { span.setAttribute("user.hook", true); },
      eventContextExtractor: () => { if (process.env.USER_THROWS) { throw new Error("the user's"); } return undefined; },
    }));`;

  it("goes with ours, and cannot end an invocation", async () => {
    const file = join(folder, "user_hook.cjs");
    writeFileSync(file, code);
    for (const environment of [{}, { USER_THROWS: "1" }]) {
      const outcome = await run({ handler: "commonjs.handler", events: [REQUEST, {}], before: [file], environment });
      assert.equal(outcome.answers.length, 2);
      assert.deepEqual(outcome.spans.filter(({ name }) => name === "orders").map((span) => [span.attributes["user.hook"], span.attributes["firefly.context.source"]]), [[true, "http.headers"], [true, "none"]]);
    }
  });
});

describe("shortly before the deadline", () => {
  for (const OTEL_TRACES_EXPORTER of ["", "otlp"]) {
    it(`all open spans are ended and exported, with OTEL_TRACES_EXPORTER=${OTEL_TRACES_EXPORTER}`, async () => {
      const outcome = await run({ handler: "commonjs.slow", events: [REQUEST], deadlineMs: 1_000, environment: { OTEL_TRACES_EXPORTER } });
      assert.deepEqual(outcome.answers, [{ value: "expired" }]);
      const status = Object.fromEntries(outcome.spans.map((span) => [span.name, span.attributes["error.type"]]));
      assert.deepEqual(status, { finished: undefined, inner: "timeout", outer: "timeout", orders: "timeout" });
      const span = assertTraced(outcome);
      assert.equal(span.status.code, 2);
      assert.match(span.status.message ?? "", /deadline/);
      assert.ok(span.durationMs > 700 && span.durationMs < 990, String(span.durationMs));
    });
  }

  it("a handler that makes it in time is not disturbed, and no line is printed", async () => {
    const outcome = await run({ handler: "commonjs.justInTime", events: [REQUEST], deadlineMs: 1_000 });
    assert.deepEqual(outcome.answers, [{ value: "in time" }]);
    assert.equal(assertTraced(outcome).attributes["error.type"], "timeout");
  });

  it("nothing happens if the margin is 0", async () => {
    const outcome = await run({ handler: "commonjs.slow", deadlineMs: 500, environment: { FIREFLY_TIMEOUT_MARGIN_MS: "0" } });
    assert.deepEqual(outcome.spans, []);
  });
});
