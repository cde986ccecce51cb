import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { propagation, trace } from "@opentelemetry/api";

import { extract, type Extraction, type Trigger } from "../src/extract";
import { eventNames, readEvent, settings, SPAN_ID, sqsEvent, TRACE_ID, traceparent, TRACEPARENT } from "./events";

/** Event → where its context is found, what triggers it, whether the context is the parent. */
const EXPECTED: Readonly<Record<string, readonly [source: string, trigger: Trigger | undefined, relation: "parent" | "link" | "none"]>> = {
  "activemq": ["activemq.properties", "pubsub", "parent"],
  "alb": ["http.headers", "http", "parent"],
  "alb-multi-value": ["http.multi_value_headers", "http", "parent"],
  "api-gateway-authorizer-request": ["http.headers", "http", "parent"],
  "api-gateway-authorizer-token": ["none", undefined, "none"],
  "api-gateway-http-v1": ["http.headers", "http", "parent"],
  "api-gateway-http-v2": ["http.headers", "http", "parent"],
  "api-gateway-rest": ["http.headers", "http", "parent"],
  "api-gateway-rest-multi-value-only": ["http.multi_value_headers", "http", "parent"],
  "appsync": ["appsync.request.headers", "http", "parent"],
  "appsync-batch": ["appsync.request.headers", "http", "parent"],
  "cognito": ["none", undefined, "none"],
  "destination": ["destination.request_payload.payload", "other", "link"],
  "destination-eventbridge": ["eventbridge.detail.destination.request_payload.payload", "pubsub", "link"],
  "destination-of-sns": ["destination.request_payload.sns.message_attributes", "other", "link"],
  "destination-sqs": ["sqs.body.destination.request_payload.payload", "pubsub", "link"],
  "dynamodb": ["dynamodb.new_image", "datasource", "parent"],
  "dynamodb-map": ["dynamodb.new_image", "datasource", "parent"],
  "eventbridge": ["eventbridge.detail", "pubsub", "parent"],
  "eventbridge-plain-key": ["eventbridge.detail", "pubsub", "parent"],
  "eventbridge-schedule": ["none", "timer", "none"],
  "eventbridge-sns": ["sns.message.eventbridge.detail", "pubsub", "parent"],
  "eventbridge-sns-sqs": ["sqs.body.sns.message.eventbridge.detail", "pubsub", "parent"],
  "eventbridge-sqs": ["sqs.body.eventbridge.detail", "pubsub", "parent"],
  "function-url": ["http.headers", "http", "parent"],
  "invoke-async": ["payload", undefined, "parent"],
  "invoke-firefly-1": ["payload", "other", "parent"],
  "kafka-self-managed": ["kafka.headers", "pubsub", "parent"],
  "kinesis": ["kinesis.data.payload", "pubsub", "parent"],
  "kinesis-pipe": ["kinesis.data.payload", "pubsub", "parent"],
  "msk": ["kafka.headers", "pubsub", "parent"],
  "rabbitmq": ["rabbitmq.headers", "pubsub", "parent"],
  "s3": ["none", "datasource", "none"],
  "sns": ["sns.message_attributes", "pubsub", "parent"],
  "sns-binary-attributes": ["sns.message_attributes", "pubsub", "parent"],
  "sns-sqs": ["sqs.body.sns.message_attributes", "pubsub", "parent"],
  "sns-sqs-raw": ["sqs.message_attributes", "pubsub", "parent"],
  "sqs": ["sqs.message_attributes", "pubsub", "parent"],
  "sqs-binary-attributes": ["sqs.message_attributes", "pubsub", "parent"],
  "sqs-pipe": ["sqs.message_attributes", "pubsub", "parent"],
  "step-functions": ["payload", undefined, "parent"],
  "step-functions-context-object": ["step_functions.Execution.Input", "other", "parent"],
  "step-functions-result": ["step_functions.Payload", "other", "parent"],
  "step-functions-task-token": ["step_functions.Input", "other", "parent"],
  "vpc-lattice-v1": ["http.headers", "http", "parent"],
  "vpc-lattice-v2": ["http.headers", "http", "parent"],
  "websocket-connect": ["http.headers", "http", "parent"],
  "websocket-message": ["websocket.body", "http", "parent"],
};

const ALL = settings({ FIREFLY_DYNAMODB_ATTRIBUTE: "_otel" });

function parentOf(extraction: Extraction) {
  return trace.getSpanContext(extraction.context);
}

describe("every shape of events", () => {
  it("has its row", () => {
    assert.deepEqual(eventNames(), Object.keys(EXPECTED).sort());
  });

  for (const [name, [source, trigger, relation]] of Object.entries(EXPECTED)) {
    it(`${name}: ${relation} from ${source}`, () => {
      const extraction = extract(readEvent(name), {}, ALL);
      assert.equal(extraction.source, source);
      assert.equal(extraction.trigger, trigger);
      assert.equal(extraction.hasParent, relation === "parent");
      assert.equal(extraction.links.length, relation === "link" ? 1 : 0);
      const found = relation === "link" ? extraction.links[0]!.context : parentOf(extraction);
      if (relation === "none") {
        assert.equal(found, undefined);
        return;
      }
      assert.equal(found!.traceId, TRACE_ID);
      assert.equal(found!.spanId, SPAN_ID);
      assert.equal(found!.isRemote, true);
      assert.equal(found!.traceFlags, 1);
      assert.equal(found!.traceState?.serialize(), "vendor=one");
      const tenant = propagation.getBaggage(extraction.context)?.getEntry("tenant")?.value;
      assert.equal(tenant, relation === "parent" ? "green" : undefined);
    });
  }
});

describe("a direct invocation", () => {
  const lambdaContext = { clientContext: { custom: { traceparent: traceparent(1, 1), baggage: "tenant=blue" } } };

  it("has its context in the client context", () => {
    const extraction = extract({}, lambdaContext, ALL);
    assert.equal(extraction.source, "lambda.client_context");
    assert.equal(parentOf(extraction)?.traceId, traceparent(1, 1).split("-")[1]);
  });

  it("is its caller's child even if the payload is another request's event", () => {
    assert.equal(extract(readEvent("function-url"), lambdaContext, ALL).source, "lambda.client_context");
    const passedOn = { ...(readEvent("function-url") as object), _firefly: { traceparent: traceparent(2, 2) } };
    assert.equal(extract(passedOn, {}, ALL).source, "payload");
  });

  it("may have any key that the settings say", () => {
    const own = settings({ FIREFLY_PAYLOAD_KEY: "trace" });
    assert.equal(extract({ trace: { traceparent: TRACEPARENT } }, {}, own).source, "payload");
    assert.equal(extract({ _firefly: { traceparent: TRACEPARENT } }, {}, own).source, "none");
  });

  it("takes a field named headers for what it is", () => {
    for (const headers of [null, "traceparent", 5, ["traceparent"], { traceparent: 5 }, { traceparent: [5] }, { traceparent: {} }, { traceparent: [] }]) {
      assert.equal(extract({ headers }, {}, ALL).source, "none");
    }
  });
});

describe("a traceparent", () => {
  const cases: readonly [string, boolean][] = [
    [TRACEPARENT, true],
    [` ${TRACEPARENT} `, true],
    [TRACEPARENT.replace("-01", "-00"), true],
    [TRACEPARENT.replace(/^00/, "cc"), true],
    [`${TRACEPARENT.replace(/^00/, "cc")}-what-the-future-will-be-like`, true],
    [`${TRACEPARENT}-more`, false],
    [TRACEPARENT.replace(/^00/, "ff"), false],
    [TRACEPARENT.toUpperCase(), false],
    [TRACEPARENT.replace(TRACE_ID, "0".repeat(32)), false],
    [TRACEPARENT.replace(SPAN_ID, "0".repeat(16)), false],
    [TRACEPARENT.slice(0, -1), false],
    [TRACEPARENT.slice(1), false],
    ["", false],
    ["-", false],
    [`${TRACEPARENT.replace(/^00/, "cc")}-${"x".repeat(1_000)}`, false],
  ];
  for (const [value, isValid] of cases) {
    it(`${isValid ? "counts" : "is ignored"}: ${value.slice(0, 80)}`, () => {
      assert.equal(extract({ headers: { traceparent: value } }, {}, ALL).hasParent, isValid);
      assert.equal(extract(sqsEvent([value]), {}, ALL).hasParent, isValid);
    });
  }

  it("with damaged tracestate and baggage still counts", () => {
    const headers = { traceparent: TRACEPARENT, tracestate: "=,=;\u0000", baggage: "%E0%A4%A,=;;,__proto__=x," + "y".repeat(9_000) };
    const extraction = extract({ headers }, {}, ALL);
    assert.equal(parentOf(extraction)?.traceId, TRACE_ID);
    assert.equal(({} as Record<string, unknown>).x, undefined);
  });

  it("that is damaged lets the next place speak", () => {
    const event = { headers: { traceparent: "damaged" }, multiValueHeaders: {}, request: { headers: { traceparent: TRACEPARENT } } };
    assert.equal(extract(event, {}, ALL).source, "appsync.request.headers");
  });
});

describe("X-Ray", () => {
  it("is not asked, so that its Sampled=0 drops nothing", () => {
    process.env._X_AMZN_TRACE_ID = "Root=1-69251b40-a1b2c3d4e5f60718293a4b5c;Parent=53995c3f42cd8ad8;Sampled=0";
    try {
      const event = { headers: { "X-Amzn-Trace-Id": process.env._X_AMZN_TRACE_ID } };
      assert.equal(extract(event, { xRayTraceId: process.env._X_AMZN_TRACE_ID }, ALL).source, "none");
      assert.equal(parentOf(extract(readEvent("sqs"), {}, ALL))?.traceFlags, 1);
    } finally {
      delete process.env._X_AMZN_TRACE_ID;
    }
  });
});

describe("DynamoDB Streams", () => {
  it("are read only if the settings name the attribute", () => {
    assert.equal(extract(readEvent("dynamodb"), {}, settings()).source, "none");
  });
});
