/**
 * In the place of the preload of OpenTelemetry's community layer for Node.js: the same instrumentations, SDK and hooks,
 * in the same order.
 */
import { existsSync, readFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = require("@opentelemetry/core");
const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { AwsLambdaInstrumentation } = require("@opentelemetry/instrumentation-aws-lambda");
const { AwsInstrumentation } = require("@opentelemetry/instrumentation-aws-sdk");
const { DnsInstrumentation } = require("@opentelemetry/instrumentation-dns");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { NetInstrumentation } = require("@opentelemetry/instrumentation-net");
const { AWSXRayPropagator } = require("@opentelemetry/propagator-aws-xray");
const { awsLambdaDetector } = require("@opentelemetry/resource-detector-aws");
const { detectResources, envDetector, processDetector } = require("@opentelemetry/resources");
const { BatchSpanProcessor, NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");

const PROPAGATORS = {
  tracecontext: W3CTraceContextPropagator,
  baggage: W3CBaggagePropagator,
  xray: AWSXRayPropagator,
};

const configured = (hook, config) => globalThis[hook]?.(config) ?? config;

const instrumentations = [
  new AwsInstrumentation(configured("configureAwsInstrumentation", { suppressInternalInstrumentation: true })),
  new AwsLambdaInstrumentation(configured("configureLambdaInstrumentation", {})),
  ...(globalThis.configureInstrumentations?.() ?? [new DnsInstrumentation(), new HttpInstrumentation(), new NetInstrumentation()]),
];
registerInstrumentations({ instrumentations });

const resource = detectResources({ detectors: [awsLambdaDetector, envDetector, processDetector] });
const config = configured("configureTracer", { resource, spanProcessors: [] });
config.spanProcessors ??= [];
if (config.spanProcessors.length === 0) {
  config.spanProcessors.push(new BatchSpanProcessor(new OTLPTraceExporter()));
}
const tracerProvider = new NodeTracerProvider(config);
const registration = configured("configureSdkRegistration", {});
registration.propagator ??= new CompositePropagator({
  propagators: process.env.OTEL_PROPAGATORS.split(",").map((name) => new PROPAGATORS[name.trim()]()),
});
tracerProvider.register(registration);
registerInstrumentations({ instrumentations, tracerProvider });

if (isEsModule(process.env)) {
  module.register("import-in-the-middle/hook.mjs", import.meta.url);
}

/** Those handlers' modules are imported; on Node.js 24 all of them. */
function isEsModule({ AWS_EXECUTION_ENV, LAMBDA_TASK_ROOT, _HANDLER }) {
  const file = path.resolve(LAMBDA_TASK_ROOT, _HANDLER.replace(/\.[^/]*$/, ""));
  if (existsSync(`${file}.mjs`) || Number(/nodejs(\d+)/.exec(AWS_EXECUTION_ENV)?.[1]) >= 24) {
    return true;
  }
  const manifest = path.join(path.dirname(file), "package.json");
  return existsSync(`${file}.js`) && existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).type === "module";
}
