/**
 * The hooks as functions from configuration to configuration, for the `configure…` globals of the community's layer and
 * of ADOT, and for the single layer, which builds its instrumentations itself.
 */
import { isSpanContextValid, ROOT_CONTEXT, trace, type Context, type Span } from "@opentelemetry/api";
import type { AwsLambdaInstrumentationConfig } from "@opentelemetry/instrumentation-aws-lambda";
import type { AwsSdkInstrumentationConfig } from "@opentelemetry/instrumentation-aws-sdk";

import { describe } from "../attributes";
import { extract, type Extraction } from "../extract";
import { get } from "../extract/read";
import { injectRequest, restoreRequest } from "../inject";
import { guard } from "../safety/guard";
import type { Settings } from "../settings";
import type { Timeouts } from "../timeout";

/** Adds the extractor, the attributes, the links and the timeout to the configuration of `AwsLambdaInstrumentation`. */
export function lambdaConfig(base: AwsLambdaInstrumentationConfig, settings: Settings, timeouts: Timeouts): AwsLambdaInstrumentationConfig {
  const extractions = new WeakMap<object, Extraction>();
  return {
    // An SQS event's span of its own gets a link to each message's context.
    useGlobalPropagatorForSqsExtraction: true,
    ...base,
    eventContextExtractor: (event: unknown, lambdaContext) => {
      const extraction = extract(event, lambdaContext, settings);
      guard(() => extractions.set(lambdaContext, extraction));
      return extraction.source === "none" ? fallback(base, event, lambdaContext) : extraction.context;
    },
    requestHook: (span, info) => {
      guard(() => {
        describe(span, extractions.get(info.context) ?? extract(info.event, info.context, settings));
        extractions.delete(info.context);
      });
      guard(() => { timeouts.begin(span, info.context.getRemainingTimeInMillis()); });
      base.requestHook?.(span, info);
    },
    responseHook: (span, info) => {
      guard(() => { timeouts.finish(span, info.err != null || info.res !== undefined); });
      base.responseHook?.(span, info);
    },
  };
}

/** What the layer's own extractor says of an event in which we see nothing; upstream fails if it throws. */
function fallback(base: AwsLambdaInstrumentationConfig, ...[event, lambdaContext]: Parameters<NonNullable<AwsLambdaInstrumentationConfig["eventContextExtractor"]>>): Context {
  try {
    const found: unknown = base.eventContextExtractor?.(event, lambdaContext);
    return isContext(found) && hasSpan(found) ? found : ROOT_CONTEXT;
  } catch {
    return ROOT_CONTEXT;
  }
}

function isContext(value: unknown): value is Context {
  return typeof get(value, "getValue") === "function" && typeof get(value, "setValue") === "function";
}

function hasSpan(context: Context): boolean {
  const spanContext = trace.getSpanContext(context);
  return spanContext !== undefined && isSpanContextValid(spanContext);
}

/** Adds the injection to the configuration of `AwsInstrumentation`. */
export function awsConfig(base: AwsSdkInstrumentationConfig, settings: Settings): AwsSdkInstrumentationConfig {
  return {
    ...base,
    preRequestHook: (span: Span, info) => {
      base.preRequestHook?.(span, info);
      injectRequest(span, info.request, settings);
    },
    responseHook: (span, info) => {
      restoreRequest(info.response.request);
      base.responseHook?.(span, info);
    },
    exceptionHook: (span, info, error) => {
      restoreRequest(info.request);
      base.exceptionHook?.(span, info, error);
    },
  };
}
