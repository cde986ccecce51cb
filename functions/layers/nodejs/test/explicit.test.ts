import { takeSpans } from "./instrumented";

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { context, trace } from "@opentelemetry/api";
import type { Context as LambdaContext } from "aws-lambda";
import fc from "fast-check";

import { carrier, extract, inject, withFirefly } from "../src";
import { putIntoJson } from "../src/inject/json_text";
import { readEvent, settings, SPAN_ID, sqsEvent, TRACE_ID, traceparent } from "./events";

const EVENT = readEvent("api-gateway-rest");

function lambdaContext(remainingMs = 3_000): LambdaContext {
  const deadline = Date.now() + remainingMs;
  return {
    functionName: "orders",
    awsRequestId: "request-1",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:orders",
    getRemainingTimeInMillis: () => deadline - Date.now(),
  } as LambdaContext;
}

function onlySpan() {
  const spans = takeSpans();
  assert.equal(spans.length, 1);
  return spans[0]!;
}

afterEach(() => {
  takeSpans();
});

describe("withFirefly", () => {
  it("gives an async handler a span in the event's trace", async () => {
    const handler = withFirefly((event: unknown, { functionName }: LambdaContext) => Promise.resolve({ event, functionName, active: trace.getActiveSpan()?.spanContext().traceId }));
    assert.deepEqual(await handler(EVENT, lambdaContext()), { event: EVENT, functionName: "orders", active: TRACE_ID });
    const span = onlySpan();
    assert.equal(span.name, "orders");
    assert.equal(span.parentSpanContext?.spanId, SPAN_ID);
    assert.equal(span.attributes["firefly.context.source"], "http.headers");
    assert.equal(span.attributes["faas.invocation_id"], "request-1");
    assert.equal(span.attributes["cloud.account.id"], "111122223333");
  });

  it("keeps the failure of an async handler, and of one that throws at once", async () => {
    const failing = withFirefly(async () => { await Promise.resolve(); throw new Error("own"); });
    await assert.rejects(failing(), /own/);
    assert.equal(onlySpan().status.code, 2);
    const throwing = withFirefly(() => { throw new Error("own"); });
    assert.throws(() => { throwing(); }, /own/);
    assert.equal(onlySpan().status.message, "own");
  });

  it("waits for a callback, and passes it on", async () => {
    const handler = withFirefly((_event: unknown, _context: unknown, callback: (error: Error | null, result?: string) => void) => {
      setTimeout(() => { callback(null, "called back"); }, 10);
    });
    assert.equal(handler.length, 3);
    const result = await new Promise((resolve) => { handler(EVENT, lambdaContext(), (_error, value) => { resolve(value); }); });
    assert.equal(result, "called back");
    const { duration } = onlySpan();
    assert.ok(duration[1] > 5e6);
  });

  it("leaves a streaming handler one", async () => {
    const symbol = Symbol.for("aws.lambda.runtime.handler.streaming");
    const streaming = Object.assign((_event: unknown, stream: { text: string }, context: LambdaContext) => { stream.text += context.functionName; return Promise.resolve(); }, { [symbol]: "response" });
    const handler = withFirefly(streaming);
    const stream = { text: "" };
    await handler(EVENT, stream, lambdaContext());
    assert.equal(stream.text, "orders");
    assert.equal((handler as unknown as Record<symbol, unknown>)[symbol], "response");
    assert.equal(onlySpan().parentSpanContext?.spanId, SPAN_ID);
  });

  it("is the handler alone within a layer's span, and where it is switched off", async () => {
    const outer = trace.getTracer("layer").startSpan("outer");
    await context.with(trace.setSpan(context.active(), outer), () => withFirefly(() => Promise.resolve())());
    assert.equal(takeSpans().length, 0);
    const original = () => undefined;
    assert.equal(withFirefly(original, settings({ FIREFLY_LAYER_DISABLED: "1" })), original);
  });

  it("takes any event, and links several traces", async () => {
    const handler = withFirefly((event: unknown) => Promise.resolve(event));
    for (const event of [null, undefined, 1, "text", [], sqsEvent([traceparent(1, 1), traceparent(2, 2)])]) {
      assert.equal(await handler(event), event);
    }
    assert.deepEqual(takeSpans().map((span) => span.links.length), [0, 0, 0, 0, 0, 2]);
  });

  it("ends the span before the deadline", async () => {
    const handler = withFirefly((...[,]: unknown[]) => new Promise((resolve) => setTimeout(resolve, 400)));
    const running = handler({}, lambdaContext(300));
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(onlySpan().attributes["error.type"], "timeout");
    await running;
  });
});

describe("inject and extract", () => {
  const inSpan = <T>(action: (traceparent: string) => T): T => {
    const span = trace.getTracer("user").startSpan("sender");
    const { traceId, spanId } = span.spanContext();
    return context.with(trace.setSpan(context.active(), span), () => action(`00-${traceId}-${spanId}-01`));
  };

  it("go together", () => {
    inSpan((sent) => {
      const original = Object.freeze({ order: 1 });
      const payload = inject(original);
      assert.deepEqual(payload, { order: 1, _firefly: { traceparent: sent } });
      assert.deepEqual(original, { order: 1 });
      assert.equal(extract(payload).source, "payload");
      assert.equal(trace.getSpanContext(extract(JSON.parse(inject('{"a":1}'))).context)?.spanId, sent.split("-")[2]);
      assert.equal(carrier()?.traceparent, sent);
    });
  });

  it("leave alone what is no object, and everything without a span", () => {
    inSpan(() => {
      const date = new Date();
      for (const payload of [1, null, undefined, "text", "[1]", [1], date, new Map()]) {
        assert.equal(inject(payload), payload);
      }
    });
    assert.deepEqual(inject({ order: 1 }), { order: 1 });
    assert.equal(carrier(), undefined);
  });
});

describe("a key put into JSON", () => {
  const headers = { traceparent: traceparent(1, 1) };

  it("changes nothing else, however often it is put", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, 2), (fields, indent) => {
      const json = JSON.stringify(fields, undefined, indent);
      const once = putIntoJson(json, "_firefly", headers);
      assert.ok(once !== undefined);
      assert.deepEqual(JSON.parse(once), { ...(JSON.parse(json) as object), _firefly: headers });
      const twice = putIntoJson(once, "_firefly", { traceparent: traceparent(2, 2) });
      assert.deepEqual(JSON.parse(twice!), { ...(JSON.parse(json) as object), _firefly: { traceparent: traceparent(2, 2) } });
    }));
  });

  it("leaves every other text alone", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const put = putIntoJson(text, "_firefly", headers);
      assert.equal(put !== undefined, /^\s*\{/.test(text) && isJson(text));
    }));
  });

  function isJson(text: string): boolean {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }
});
