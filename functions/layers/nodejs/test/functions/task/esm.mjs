import { trace } from "@opentelemetry/api";

export const handler = async (event) => {
  trace.getTracer("user").startSpan("work").end();
  return { got: event };
};

export const api = { orders: async () => "nested" };
