/** As `echo.mjs`, in CommonJS. */
const { trace } = require("@opentelemetry/api");

exports.handler = async (event, context) => {
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
