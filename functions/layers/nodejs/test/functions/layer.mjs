// Stands where the community's layer is preloaded: its steps, in its order, with its hooks, with spans in memory.
import { existsSync } from "node:fs";
import { createRequire, register } from "node:module";

const require = createRequire(import.meta.url);

// As the layer does for handlers that are ES modules.
if (process.env.TEST_ES_MODULE === "true") {
  register("import-in-the-middle/hook.mjs", import.meta.url);
}

const { AwsInstrumentation } = require("@opentelemetry/instrumentation-aws-sdk");
const { AwsLambdaInstrumentation } = require("@opentelemetry/instrumentation-aws-lambda");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { BatchSpanProcessor, InMemorySpanExporter } = require("@opentelemetry/sdk-trace-base");
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { diag, DiagConsoleLogger, DiagLogLevel } = require("@opentelemetry/api");

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.INFO);

const call = (name, config) => (typeof globalThis[name] === "function" ? globalThis[name](config) : config);

const instrumentations = [
  new AwsInstrumentation(call("configureAwsInstrumentation", { suppressInternalInstrumentation: true })),
  new AwsLambdaInstrumentation(call("configureLambdaInstrumentation", {})),
];
registerInstrumentations({ instrumentations });

const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
const exporter = process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ? new OTLPTraceExporter() : new InMemorySpanExporter();
globalThis.testExporter = exporter;
const config = call("configureTracer", { spanProcessors: [] });
if (process.env.OTEL_TRACES_EXPORTER) {
  config.spanProcessors = [];
  config.spanProcessors.push(new BatchSpanProcessor(exporter));
}
if (config.spanProcessors.length === 0) {
  config.spanProcessors.push(new BatchSpanProcessor(exporter));
}
const tracerProvider = new NodeTracerProvider(config);
tracerProvider.register({});
registerInstrumentations({ instrumentations, tracerProvider });

if (!existsSync(process.env.LAMBDA_TASK_ROOT)) {
  throw new Error("no such task root");
}
