/**
 * W3C Trace Context and Baggage, <https://www.w3.org/TR/trace-context-1/> and <https://www.w3.org/TR/baggage/>, read by
 * OpenTelemetry's own propagators from a plain carrier. What they refuse is no context. X-Ray's header is never read:
 * its `Sampled=0`, which is what Lambda says where X-Ray is off, would drop the trace.
 */
import { defaultTextMapGetter, ROOT_CONTEXT, trace, type Context, type SpanContext } from "@opentelemetry/api";
import { W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";

/** What was found in an event under the names of the W3C headers, not yet validated. */
export interface Headers {
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
  readonly baggage?: string | undefined;
}

/** Longer than any `traceparent`; future versions may add fields to its 55 characters. */
const MAXIMUM_TRACEPARENT = 512;
/** W3C Baggage asks for at least 8,192 bytes. A longer one is left out, so that an event cannot cost seconds. */
const MAXIMUM_BAGGAGE = 8_192;

const traceContext = new W3CTraceContextPropagator();
const baggage = new W3CBaggagePropagator();

/** The span that valid headers name. */
export function spanContextOf(headers: Headers): SpanContext | undefined {
  if (headers.traceparent.length > MAXIMUM_TRACEPARENT) {
    return undefined;
  }
  const carrier = { ...headers, traceparent: headers.traceparent.trim() };
  return trace.getSpanContext(traceContext.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
}

/** A context with the baggage of headers that are valid in their `traceparent`. */
export function withBaggage(context: Context, headers: Headers): Context {
  if (headers.baggage === undefined || headers.baggage.length > MAXIMUM_BAGGAGE) {
    return context;
  }
  return baggage.extract(context, headers, defaultTextMapGetter);
}
