const { trace } = require("@opentelemetry/api");

exports.handler = async (event) => {
  const span = trace.getTracer("user").startSpan("work");
  await new Promise((resolve) => setTimeout(resolve, 5));
  span.end();
  return { got: event };
};

exports.callback = (event, context, callback) => {
  const span = trace.getTracer("user").startSpan("work");
  setTimeout(() => {
    span.end();
    callback(null, "called back");
  }, 20);
};

exports.synchronousError = () => {
  throw new Error("of the handler's own");
};

exports.failing = async () => {
  throw new Error("of the handler's own");
};

exports.streaming = async (event, stream) => {
  stream.write("streamed");
  stream.end();
};
exports.streaming[Symbol.for("aws.lambda.runtime.handler.streaming")] = "response";

exports.slow = async () => {
  const tracer = trace.getTracer("user");
  tracer.startSpan("finished").end();
  tracer.startActiveSpan("outer", () => tracer.startSpan("inner"));
  await new Promise((resolve) => setTimeout(resolve, 60_000));
};

exports.justInTime = async () => {
  const span = trace.getTracer("user").startSpan("work");
  await new Promise((resolve) => setTimeout(resolve, 900));
  span.end();
  return "in time";
};

exports.api = { v1: { orders: async (event) => ({ nested: event }), other: 5 }, version: "1" };
