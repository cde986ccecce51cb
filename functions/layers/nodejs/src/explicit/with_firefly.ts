/** `withFirefly(handler)`: for a function without a layer, or whose layer cannot reach the handler. */
import { context, SpanKind, SpanStatusCode, trace, type Exception, type Span } from "@opentelemetry/api";
import type { Context as LambdaContext } from "aws-lambda";

import { describe } from "../attributes";
import { extract } from "../extract";
import { flush, flushWithin } from "../flush";
import { guard } from "../safety/guard";
import type { Settings } from "../settings";
import { Timeouts } from "../timeout";
import { settingsOfProcess } from "./settings_of_process";

/** A handler: async, with a callback, or, by `awslambda.streamifyResponse`, of a stream. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the handler's own type is, it is kept
export type AnyHandler = (...parameters: any[]) => unknown;

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");

let coldStart = process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== "provisioned-concurrency";

/**
 * The handler within a span of its invocation, which is the child of, or linked to, the context of the event. Spans go to
 * the tracer provider that is registered globally, and are flushed before the handler's answer. Within the span of a layer
 * it is the handler alone, so that no invocation has two.
 */
export function withFirefly<H extends AnyHandler>(handler: H, settings: Settings = settingsOfProcess()): H {
  if (settings.disabled) {
    return handler;
  }
  const timeouts = new Timeouts(settings.timeoutMarginMs, flush);
  const isStreaming = (handler as unknown as Record<symbol, unknown>)[STREAMING] !== undefined;
  const contextAt = isStreaming ? 2 : 1;
  const wrapped = function (this: unknown, ...parameters: unknown[]): unknown {
    const lambdaContext = parameters[contextAt] as LambdaContext | undefined;
    const begun = trace.getActiveSpan() === undefined ? begin(parameters[0], lambdaContext, settings, timeouts) : undefined;
    if (begun === undefined) {
      return handler.apply(this, parameters);
    }
    const end = endOnce(begun.span, timeouts, settings);
    const callback = parameters[2];
    if (!isStreaming && typeof callback === "function") {
      parameters[2] = (error: unknown, result: unknown) => {
        void end(error).then(() => { (callback as (error: unknown, result: unknown) => void)(error, result); });
      };
    }
    return context.with(begun.context, () => {
      try {
        const result = handler.apply(this, parameters);
        if (isPromise(result)) {
          return result.then(
            async (value) => { await end(undefined); return value; },
            async (error: unknown) => { await end(error); throw error; },
          );
        }
        if (typeof callback !== "function" || handler.length < 3) {
          void end(undefined);
        }
        return result;
      } catch (error) {
        void end(error);
        throw error;
      }
    });
  };
  return keepShape(wrapped, handler) as H;
}

function begin(event: unknown, lambdaContext: LambdaContext | undefined, settings: Settings, timeouts: Timeouts) {
  try {
    const extraction = extract(event, lambdaContext, settings);
    const name = lambdaContext?.functionName ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? "lambda";
    const span = trace.getTracer("@firefly/lambda-nodejs").startSpan(name, { kind: SpanKind.SERVER, attributes: attributesOf(lambdaContext) }, extraction.context);
    coldStart = false;
    guard(() => { describe(span, extraction); });
    guard(() => { timeouts.begin(span, lambdaContext?.getRemainingTimeInMillis() ?? 0); });
    return { span, context: trace.setSpan(extraction.context, span) };
  } catch {
    return undefined;
  }
}

function attributesOf(lambdaContext: LambdaContext | undefined) {
  const arn = lambdaContext?.invokedFunctionArn;
  return {
    "faas.coldstart": coldStart,
    ...(lambdaContext !== undefined && { "faas.invocation_id": lambdaContext.awsRequestId }),
    ...(typeof arn === "string" && { "cloud.resource_id": arn, "cloud.account.id": arn.split(":")[4] ?? "" }),
  };
}

/** Ends the span and flushes, at most once, and never fails. */
function endOnce(span: Span, timeouts: Timeouts, settings: Settings): (error: unknown) => Promise<void> {
  let ended: Promise<void> | undefined;
  return (error) => {
    ended ??= (async () => {
      guard(() => {
        timeouts.finish(span, true);
        if (error !== undefined && error !== null) {
          span.recordException(error as Exception);
          span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : typeof error === "string" ? error : "" });
        }
        span.end();
      });
      await flushWithin(settings.flushTimeoutMs).catch(() => undefined);
    })();
    return ended;
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** The runtime looks at the number of parameters, and knows streaming handlers by their symbols. */
function keepShape(wrapped: AnyHandler, handler: AnyHandler): AnyHandler {
  for (const key of Reflect.ownKeys(handler)) {
    const descriptor = Object.getOwnPropertyDescriptor(handler, key);
    if (descriptor !== undefined && key !== "prototype") {
      Object.defineProperty(wrapped, key, { ...descriptor, configurable: true });
    }
  }
  return wrapped;
}
