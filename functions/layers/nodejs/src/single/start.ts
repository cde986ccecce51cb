/** Puts OpenTelemetry's SDK and its instrumentations together, with ours, for one Lambda function. */
import { createRequire, syncBuiltinESMExports } from "node:module";

import { context, diag, DiagConsoleLogger, DiagLogLevel, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, SDK_INFO, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { AwsInstrumentation } from "@opentelemetry/instrumentation-aws-sdk";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";

import { awsConfig, lambdaConfig } from "../companion/hooks";
import { flush } from "../flush";
import type { Settings } from "../settings";
import { Timeouts } from "../timeout";
import { readExportSettings } from "./export/settings";
import { SpanQueue } from "./export/span_queue";
import { createTransport } from "./export/transport";
import { instrumentHandler } from "./handler";
import { lambdaResource } from "./resource";

/** Starts all, unless no address is set to which spans could go. */
export function start(environment: NodeJS.ProcessEnv, settings: Settings): void {
  const exportSettings = readExportSettings(environment);
  if (exportSettings === undefined) {
    return;
  }
  setLogger(environment.OTEL_LOG_LEVEL);
  const timeouts = new Timeouts(settings.timeoutMarginMs, flush);
  const queue = new SpanQueue(createTransport(exportSettings), (spans) => ProtobufTraceSerializer.serializeRequest(spans), settings.flushTimeoutMs);
  // Its default sampler takes all that has no parent, and what the parent says of the rest. X-Ray's decision is not asked
  // for, as its header is not among the propagators.
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(lambdaResource(environment, SDK_INFO["telemetry.sdk.version"])),
    spanProcessors: [timeouts, queue],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }));
  trace.setGlobalTracerProvider(provider);

  instrumentHandler(lambdaConfig({}, settings, timeouts), environment)?.setTracerProvider(provider);
  new AwsInstrumentation(awsConfig({ suppressInternalInstrumentation: true }, settings));
  new HttpInstrumentation({
    disableIncomingRequestInstrumentation: true,
    // The runtime's own requests, such as the answers of streaming handlers.
    ignoreOutgoingRequestHook: ({ hostname, host, port }) => `${hostname ?? host}:${port}` === environment.AWS_LAMBDA_RUNTIME_API,
  });
  new UndiciInstrumentation();
  // Loading them patches them. Those who import their functions by name get the patched ones only then.
  const load = createRequire(__filename);
  load("node:http");
  load("node:https");
  syncBuiltinESMExports();
}

function setLogger(level: string | undefined): void {
  const wanted = DiagLogLevel[(level ?? "").toUpperCase() as keyof typeof DiagLogLevel] as DiagLogLevel | undefined;
  if (wanted !== undefined && wanted !== DiagLogLevel.NONE) {
    diag.setLogger(new DiagConsoleLogger(), wanted);
  }
}
