/** The W3C headers of a span, made by OpenTelemetry's own propagators whatever `OTEL_PROPAGATORS` says. */
import { context, defaultTextMapSetter, trace, type Context, type Span } from "@opentelemetry/api";
import { W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";

import type { Carrier } from "./types";

const traceContext = new W3CTraceContextPropagator();
const baggage = new W3CBaggagePropagator();

/** The headers of a context's span and baggage; undefined where it has no span. */
export function carrierOf(of: Context): Carrier | undefined {
  const carrier: { traceparent?: string; tracestate?: string; baggage?: string } = {};
  traceContext.inject(of, carrier, defaultTextMapSetter);
  if (carrier.traceparent === undefined) {
    return undefined;
  }
  baggage.inject(of, carrier, defaultTextMapSetter);
  return { ...carrier, traceparent: carrier.traceparent };
}

/** The headers of a span that is not the active one: hooks of the SDK's instrumentation run beside it. */
export function carrierOfSpan(span: Span): Carrier | undefined {
  return carrierOf(trace.setSpan(context.active(), span));
}
