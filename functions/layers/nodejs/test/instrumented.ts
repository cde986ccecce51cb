/**
 * OpenTelemetry's own SDK and instrumentation of the AWS SDK under our hooks, as the layers set them up, with spans in
 * memory. Import it before any client.
 */
import { AwsInstrumentation } from "@opentelemetry/instrumentation-aws-sdk";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

import { awsConfig } from "../src/companion/hooks";
import type { Settings } from "../src/settings";
import { settings } from "./events";

export const exporter = new InMemorySpanExporter();

const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();

const instrumentation = new AwsInstrumentation(awsConfig({ suppressInternalInstrumentation: true }, settings()));
registerInstrumentations({ instrumentations: [instrumentation], tracerProvider: provider });

/** The hooks with other settings, from now on. */
export function use(other: Settings): void {
  instrumentation.setConfig(awsConfig({ suppressInternalInstrumentation: true }, other));
}

export function takeSpans(): ReadableSpan[] {
  const spans = exporter.getFinishedSpans();
  exporter.reset();
  return spans;
}
