/** Answers with what it was given, and with its span. */
import { trace } from "@opentelemetry/api";

export const handler = async (event, context) => {
  // From now on, or no longer, for those who inject faults.
  globalThis.isArmed = event?.arm ?? globalThis.isArmed;
  return {
    event,
    requestId: context.awsRequestId,
    span: trace.getActiveSpan()?.spanContext() ?? null,
    preloaded: globalThis.preloaded ?? null,
    faults: globalThis.faults ?? 0,
  };
};
