/** What the span of an invocation is told about where its context came from. */
import type { Span } from "@opentelemetry/api";

import type { Extraction } from "./extract";

export const CONTEXT_SOURCE = "firefly.context.source";

export function describe(span: Span, extraction: Extraction): void {
  span.setAttribute(CONTEXT_SOURCE, extraction.source);
  if (extraction.trigger !== undefined) {
    span.setAttribute("faas.trigger", extraction.trigger);
  }
  if (extraction.messages !== undefined) {
    span.setAttribute("messaging.batch.message_count", extraction.messages);
  }
  // Spans of SDKs before 1.25 take links at their start only.
  const { addLinks } = span as Partial<Pick<Span, "addLinks">>;
  if (extraction.links.length > 0 && typeof addLinks === "function") {
    span.addLinks([...extraction.links]);
  }
}
