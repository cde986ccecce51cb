// Makes a known set of spans with the OpenTelemetry SDK of JavaScript, exports them as its environment variables
// OTEL_EXPORTER_OTLP_* say, and prints as JSON what it made. What the SDK has to report goes to standard error.
import { DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { createTraceState, diag, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const report = (...words) => console.error(...words);
// Its debug level prints the spans.
diag.setLogger({ error: report, warn: report, info: report, debug() {}, verbose: report }, DiagLogLevel.VERBOSE);

const exporters = { "http/json": JsonExporter, "http/protobuf": ProtobufExporter };
const Exporter = exporters[process.env.OTEL_EXPORTER_OTLP_PROTOCOL];

// What the SDK holds of each span when it ends.
const ended = [];
const recorder = {
  onStart() {},
  onEnd: (span) => ended.push(span),
  forceFlush: async () => {},
  shutdown: async () => {},
};

// One for both resources, so that all spans are one export.
const batches = new BatchSpanProcessor(new Exporter());

function provider(attributes) {
  return new BasicTracerProvider({ resource: resourceFromAttributes(attributes), spanProcessors: [recorder, batches] });
}

const second = Math.floor(Date.now() / 1000) - 60;
// Nanoseconds after that second.
const at = (nanos) => [second, nanos];

const shop = provider({ "service.name": "js-shop", "process.pid": 7, "host.tags": ["a", "b"] });
const store = provider({ "service.name": "js-store", "service.instance.id": "2" });

const remote = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  traceFlags: TraceFlags.SAMPLED,
  traceState: createTraceState("vendor=value,other=1"),
  isRemote: true,
});
const tracer = shop.getTracer("shop", "1.2.3");
const server = tracer.startSpan("GET /orders/{id}", { kind: SpanKind.SERVER, startTime: at(1) }, remote);
server.setAttributes({
  text: "grün <&> \"quoted\" 😀",
  "text.empty": "",
  yes: true,
  no: false,
  zero: 0,
  negative: -42,
  "largest.safe": Number.MAX_SAFE_INTEGER,
  fraction: 0.1,
  tiny: -1.5e-7,
  texts: ["a", "", "ü"],
  numbers: [1, 2.5, -3],
  flags: [true, false],
  nothing: [],
});
const inside = trace.setSpan(remote, server);

const client = tracer.startSpan("charge", { kind: SpanKind.CLIENT, startTime: at(1_000) }, inside);
client.addEvent("attempt", { number: 1, "wait.s": 0.25 }, at(1_500));
client.recordException(new RangeError("out of stock"), at(2_000));
client.setStatus({ code: SpanStatusCode.ERROR, message: "out of stock" });
client.end(at(2_345_678));

const links = [{ context: server.spanContext(), attributes: { reason: "batch", "message.index": 0 } }];
const producer = tracer.startSpan("orders send", { kind: SpanKind.PRODUCER, startTime: at(3_000), links }, inside);
const consumer = store.getTracer("store").startSpan(
  "orders process",
  { kind: SpanKind.CONSUMER, startTime: at(900_000_000), links: [{ context: producer.spanContext() }] },
  ROOT_CONTEXT,
);
const inConsumer = trace.setSpan(ROOT_CONTEXT, consumer);
const internal = store.getTracer("store").startSpan("pack", { startTime: at(900_000_001) }, inConsumer);
internal.setStatus({ code: SpanStatusCode.OK });
internal.end(at(900_000_001));
consumer.end(at(999_999_999));
producer.end(at(4_000));
server.end(at(500_000_000));

const nanos = ([seconds, rest]) => String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
const made = ended.map((span) => ({
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parentSpanId: span.parentSpanContext?.spanId ?? "",
  traceState: span.spanContext().traceState?.serialize() ?? "",
  name: span.name,
  // The SDK's own number is one lower than OTLP's, which knows a kind that is unset.
  kind: span.kind + 1,
  start: nanos(span.startTime),
  end: nanos(span.endTime),
  status: { code: span.status.code, message: span.status.message ?? "" },
  attributes: span.attributes,
  events: span.events.map(({ time, name, attributes = {} }) => ({ time: nanos(time), name, attributes })),
  links: span.links.map((link) => ({
    traceId: link.context.traceId,
    spanId: link.context.spanId,
    attributes: link.attributes ?? {},
  })),
  scope: { name: span.instrumentationScope.name, version: span.instrumentationScope.version ?? "" },
  resource: span.resource.attributes,
}));
console.log(JSON.stringify(made));

try {
  await batches.forceFlush();
} catch {
  // It has been reported.
  process.exitCode = 1;
}
await batches.shutdown();
