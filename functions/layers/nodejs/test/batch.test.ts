import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { trace } from "@opentelemetry/api";

import { extract } from "../src/extract";
import { settings, sqsEvent, traceparent } from "./events";

const auto = settings();
const links = settings({ FIREFLY_BATCH_CONTEXT: "links" });
const parent = settings({ FIREFLY_BATCH_CONTEXT: "parent" });

const sameTrace = sqsEvent([undefined, traceparent(1, 1), traceparent(1, 2), traceparent(1, 1)]);
const twoTraces = sqsEvent([traceparent(1, 1), "damaged", traceparent(2, 2), undefined, traceparent(1, 1)]);

function look(...parameters: Parameters<typeof extract>) {
  const { context, links: found, source, messages } = extract(...parameters);
  const spans = found.map((link) => [link.context.spanId.at(-1), link.attributes?.["messaging.message.id"]]);
  return { parent: trace.getSpanContext(context)?.spanId.at(-1), links: spans, source, messages };
}

describe("a batch of messages", () => {
  it("of one trace has its first span as the parent, and others of the trace as links", () => {
    assert.deepEqual(look(sameTrace, {}, auto), { parent: "1", links: [["2", "message-2"]], source: "sqs.message_attributes", messages: 4 });
  });

  it("of several traces has links, each span once", () => {
    assert.deepEqual(look(twoTraces, {}, auto).parent, undefined);
    assert.deepEqual(look(twoTraces, {}, auto).links, [["1", "message-0"], ["2", "message-2"]]);
    assert.equal(look(twoTraces, {}, auto).source, "sqs.message_attributes");
  });

  it("follows the setting", () => {
    assert.deepEqual(look(twoTraces, {}, parent).parent, "1");
    assert.deepEqual(look(twoTraces, {}, parent).links, [["2", "message-2"]]);
    assert.deepEqual(look(sqsEvent([traceparent(1, 1)]), {}, links).parent, undefined);
    assert.deepEqual(look(sqsEvent([traceparent(1, 1)]), {}, links).links, [["1", "message-0"]]);
    // A request is no message.
    assert.equal(look({ headers: { traceparent: traceparent(1, 1) } }, {}, links).parent, "1");
  });

  it("has no more links than the cap", () => {
    const many = sqsEvent(Array.from({ length: 1_000 }, (_, index) => traceparent(index + 1, index + 1)));
    for (const each of [auto, links, parent]) {
      assert.equal(extract(many, {}, each).links.length, 128);
    }
    assert.equal(extract(many, {}, settings({ FIREFLY_MAX_LINKS: "3" })).links.length, 3);
    assert.equal(extract(many, {}, settings({ FIREFLY_MAX_LINKS: "0" })).links.length, 0);
  });

  it("sees the trace that comes last of ten thousand", () => {
    const many = Array.from({ length: 9_999 }, () => traceparent(1, 1));
    assert.equal(look(sqsEvent([...many, traceparent(1, 1)]), {}, auto).parent, "1");
    assert.equal(look(sqsEvent([...many, traceparent(2, 2)]), {}, auto).parent, undefined);
    // What nobody looked at may be of another trace.
    assert.equal(look(sqsEvent([...many, traceparent(1, 1), traceparent(1, 1)]), {}, auto).parent, undefined);
  });

  it("of large bodies is not parsed for ever", () => {
    const body = JSON.stringify({ traceparent: "x", filler: "y".repeat(200_000) });
    const event = { Records: Array.from({ length: 10_000 }, () => ({ eventSource: "aws:sqs", body, messageAttributes: {} })) };
    const began = performance.now();
    assert.equal(extract(event, {}, auto).source, "none");
    assert.ok(performance.now() - began < 2_000);
  });
});
