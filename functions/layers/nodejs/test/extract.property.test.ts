import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import fc from "fast-check";

import { extract, type Extraction } from "../src/extract";
import { eventNames, readEvent, settings, traceparent } from "./events";

const ALL = settings({ FIREFLY_DYNAMODB_ATTRIBUTE: "_otel" });
const LINKS = settings({ FIREFLY_BATCH_CONTEXT: "links", FIREFLY_DYNAMODB_ATTRIBUTE: "_otel" });

/** Keys that the extractor looks at, so that what is arbitrary is not passed over at once. */
const KEYS = [
  "headers", "multiValueHeaders", "request", "Records", "records", "rmqMessagesByQueue", "messages", "detail", "detail-type", "source", "traceparent",
  "TraceParent", "tracestate", "baggage", "_firefly", "fireflyHeaders", "clientContext", "custom", "eventSource", "EventSource", "messageAttributes",
  "MessageAttributes", "Sns", "Message", "Type", "body", "kinesis", "data", "dynamodb", "NewImage", "_otel", "S", "M", "stringValue", "binaryValue", "Value",
  "requestContext", "requestPayload", "functionArn", "connectionId", "eventType", "Execution", "Input", "Payload", "basicProperties", "properties", "bytes", "0", "length",
];

const WORDS = ["aws:sqs", "aws:sns", "aws:kinesis", "aws:dynamodb", "aws:kafka", "aws:rmq", "aws:mq", "Notification", "Binary", "MESSAGE", "{\"traceparent\":1}", traceparent(1, 1)];

const leaf = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...WORDS) },
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
);

const value = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.string() }), tie("node"), { maxKeys: 6 }),
    // A text that is JSON again.
    tie("node").map((inner) => JSON.stringify(inner) as string | undefined),
    tie("node").map((inner) => Buffer.from(JSON.stringify(inner) as string | undefined ?? "").toString("base64")),
  ),
})).node;

/** An event as AWS sends it, of which one place is something else. */
const damaged = fc.tuple(fc.constantFrom(...eventNames()), fc.nat(200), fc.oneof(value, fc.anything())).map(([name, place, replacement]) => {
  const event = readEvent(name);
  const places: [Record<string, unknown>, string][] = [];
  const collect = (node: unknown) => {
    if (typeof node === "object" && node !== null) {
      for (const key of Object.keys(node)) {
        places.push([node as Record<string, unknown>, key]);
        collect((node as Record<string, unknown>)[key]);
      }
    }
  };
  collect(event);
  const [holder, key] = places[place % places.length]!;
  holder[key] = replacement;
  return event;
});

const anyEvent = fc.oneof(value, damaged, fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true }));

function assertSound(extraction: Extraction): void {
  assert.equal(typeof extraction.context.getValue, "function");
  assert.equal(extraction.hasParent, trace.getSpanContext(extraction.context) !== undefined);
  assert.ok(extraction.hasParent || extraction.context === ROOT_CONTEXT);
  assert.ok(extraction.links.length <= 128);
  assert.equal(extraction.source === "none", !extraction.hasParent && extraction.links.length === 0);
  for (const link of extraction.links) {
    assert.match(link.context.traceId, /^[0-9a-f]{32}$/);
  }
}

function summary({ context, ...rest }: Extraction) {
  return { ...rest, parent: trace.getSpanContext(context), baggage: propagation.getBaggage(context)?.getAllEntries() };
}

function freeze(node: unknown, seen = new Set()): void {
  if (typeof node !== "object" || node === null || seen.has(node) || ArrayBuffer.isView(node)) {
    return;
  }
  seen.add(node);
  for (const key of Reflect.ownKeys(node)) {
    freeze((node as Record<PropertyKey, unknown>)[key], seen);
  }
  Object.freeze(node);
}

let written = 0;

/** Whatever is read, at any depth, throws now and then. */
function treacherous(node: unknown, mayThrow: () => boolean): unknown {
  const write = () => {
    written += 1;
    return true;
  };
  if (typeof node !== "object" || node === null) {
    return node;
  }
  const trap = () => {
    if (mayThrow()) {
      throw new Error("a trap of the event's");
    }
  };
  return new Proxy(node, {
    get(target, key, receiver) {
      trap();
      return treacherous(Reflect.get(target, key, receiver), mayThrow);
    },
    ownKeys(target) {
      trap();
      return Reflect.ownKeys(target);
    },
    has(target, key) {
      trap();
      return Reflect.has(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      trap();
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    getPrototypeOf(target) {
      trap();
      return Reflect.getPrototypeOf(target);
    },
    set: write,
    defineProperty: write,
    deleteProperty: write,
    setPrototypeOf: write,
    preventExtensions: write,
  });
}

const RUNS = { numRuns: 3_000 };

describe("whatever the event is, the extractor", () => {
  it("answers soundly and changes nothing", () => {
    fc.assert(
      fc.property(anyEvent, value, (event, lambdaContext) => {
        const before = structuredCloneOrNothing(event);
        for (const each of [ALL, LINKS]) {
          assertSound(extract(event, lambdaContext, each));
        }
        if (before !== undefined) {
          assert.deepStrictEqual(event, before.clone);
        }
      }),
      RUNS,
    );
  });

  it("answers the same of a frozen one", () => {
    fc.assert(
      fc.property(fc.oneof(value, damaged), (event) => {
        const thawed = summary(extract(event, {}, ALL));
        freeze(event);
        assert.deepEqual(summary(extract(event, {}, ALL)), thawed);
      }),
      RUNS,
    );
  });

  it("bears getters and proxies that throw, and writes through none", () => {
    fc.assert(
      fc.property(fc.oneof(value, damaged), fc.infiniteStream(fc.nat(9)), (event, dice) => {
        const mayThrow = () => dice.next().value === 0;
        assertSound(extract(treacherous(event, mayThrow), treacherous({ clientContext: event }, mayThrow), ALL));
        assertSound(extract(treacherous(event, () => false), {}, ALL));
        assertSound(extract(treacherous(event, () => true), {}, ALL));
        assert.equal(written, 0);
      }),
      RUNS,
    );
  });

  it("bears revoked proxies, cycles and endless lists", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const cycle: Record<string, unknown> = { eventSource: "aws:sqs" };
    for (const key of KEYS) {
      cycle[key] ??= cycle;
    }
    const endless = new Proxy([], { get: (_target, key) => (key === "length" ? 4_294_967_295 : { eventSource: "aws:sqs", messageAttributes: endless }) });
    const events: unknown[] = [proxy, { headers: proxy }, { Records: [proxy] }, cycle, { Records: [cycle, cycle] }, endless, { Records: endless }, { records: { a: endless }, eventSource: "aws:kafka" }];
    for (const event of [...events, null, undefined, 0, "", "text", true, 1n, Symbol("s"), () => undefined, new Date(), NaN]) {
      assertSound(extract(event, event, ALL));
    }
  });
});

function structuredCloneOrNothing(event: unknown): { clone: unknown } | undefined {
  try {
    const clone: unknown = structuredClone(event);
    // Prototypes are lost where there are none.
    assert.deepStrictEqual(event, clone);
    return { clone };
  } catch {
    return undefined;
  }
}
