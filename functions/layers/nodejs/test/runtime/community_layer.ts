/**
 * Stands for the community's Node.js layer, which npm does not have: the same packages, put together in the same order as
 * its wrapper does at version 0.23 with metrics and logs off, its quickest setting, bundled and minified as that one is.
 */
import { context, propagation, type TextMapPropagator } from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { registerInstrumentations, type Instrumentation } from "@opentelemetry/instrumentation";
import { AwsLambdaInstrumentation } from "@opentelemetry/instrumentation-aws-lambda";
import { AwsInstrumentation } from "@opentelemetry/instrumentation-aws-sdk";
import { DnsInstrumentation } from "@opentelemetry/instrumentation-dns";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { NetInstrumentation } from "@opentelemetry/instrumentation-net";
import { AWSXRayPropagator } from "@opentelemetry/propagator-aws-xray";
import { awsLambdaDetector } from "@opentelemetry/resource-detector-aws";
import { detectResources, envDetector, processDetector } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider, type NodeTracerConfig } from "@opentelemetry/sdk-trace-node";

type Configure = (config: object) => object;

function configured<T extends object>(name: string, config: T): T {
  const hook = (globalThis as unknown as Record<string, Configure | undefined>)[name];
  return (hook === undefined ? config : hook(config)) as T;
}

const instrumentations: Instrumentation[] = [
  new DnsInstrumentation(),
  new HttpInstrumentation(),
  new NetInstrumentation(),
  new AwsInstrumentation(configured("configureAwsInstrumentation", { suppressInternalInstrumentation: true })),
  new AwsLambdaInstrumentation(configured("configureLambdaInstrumentation", {})),
];
registerInstrumentations({ instrumentations });

const config = configured<NodeTracerConfig & { spanProcessors?: SpanProcessor[] }>("configureTracer", {
  resource: detectResources({ detectors: [awsLambdaDetector, envDetector, processDetector] }),
});
config.spanProcessors ??= [];
config.spanProcessors.push(new BatchSpanProcessor(new OTLPTraceExporter()));
const tracerProvider = new NodeTracerProvider(config);
const known: Record<string, () => TextMapPropagator> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  xray: () => new AWSXRayPropagator(),
};
const names = (process.env.OTEL_PROPAGATORS ?? "tracecontext,baggage,xray").split(",");
tracerProvider.register({ propagator: new CompositePropagator({ propagators: names.flatMap((name) => known[name.trim()]?.() ?? []) }) });
registerInstrumentations({ instrumentations, tracerProvider });

// What the bundler may not leave out, as the layer's own exports.
export { context, propagation };
