/** As `echo.mjs`, in CommonJS. */
const { trace } = require("@opentelemetry/api");

exports.handler = async (event, context) => ({
  event,
  requestId: context.awsRequestId,
  span: trace.getActiveSpan()?.spanContext() ?? null,
  preloaded: globalThis.preloaded ?? null,
  faults: globalThis.faults ?? 0,
});
