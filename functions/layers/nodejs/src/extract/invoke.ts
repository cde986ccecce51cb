/**
 * Invoke by an SDK: the client context, which reaches synchronous invocations only, and our key in the payload, which is
 * how Step Functions pass an execution's input on, too.
 */
import { plainHeaders } from "./headers";
import { payloadHeaders } from "./payload";
import { get, isFields, isList, path } from "./read";
import type { Found, Search, Shape } from "./types";

/** Nothing but an SDK's caller can set it, so it is nearer than whatever the payload was taken from. */
export function* findInClientContext(lambdaContext: unknown): Iterable<Found> {
  const clientContext = get(lambdaContext, "clientContext");
  const headers = plainHeaders(get(clientContext, "custom")) ?? plainHeaders(get(clientContext, "Custom"));
  if (headers !== undefined) {
    yield { headers, source: "lambda.client_context" };
  }
}

function* findInPayload(event: unknown, search: Search): Iterable<Found> {
  const headers = payloadHeaders(event, search);
  if (headers !== undefined) {
    yield { headers, source: "payload" };
  }
}

/** Before all others: a function that passes its own event on gives it a key, and leaves the event's own context in. */
export const payload: Shape = {
  name: "payload",
  matches: (event) => isFields(event) && !isList(event),
  trigger: (event) => (path(event, "fireflyHeaders") === undefined ? undefined : "other"),
  find: findInPayload,
};
