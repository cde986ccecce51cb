/**
 * Function URLs, API Gateway (REST, HTTP, WebSocket, authorizers of type REQUEST), Application Load Balancers, VPC
 * Lattice, and AppSync, whose resolvers have the request's headers one level down.
 */
import { httpHeaders } from "./headers";
import { parse, payloadHeaders } from "./payload";
import { get, isFields, isList, path } from "./read";
import type { Found, Search, Shape } from "./types";

function* findInHttp(event: unknown): Iterable<Found> {
  const single = httpHeaders(get(event, "headers"));
  if (single !== undefined) {
    yield { headers: single, source: "http.headers" };
    return;
  }
  const multiple = httpHeaders(get(event, "multiValueHeaders"));
  if (multiple !== undefined) {
    yield { headers: multiple, source: "http.multi_value_headers" };
  }
}

/** A message over a WebSocket has no headers but those of its connection's beginning: only its body is its own. */
function* findInWebSocket(event: unknown, search: Search): Iterable<Found> {
  const body = parse(get(event, "body"), search);
  const headers = body === undefined ? undefined : payloadHeaders(body, search);
  if (headers === undefined) {
    yield* findInHttp(event);
  } else {
    yield { headers, source: "websocket.body" };
  }
}

function* findInAppSync(event: unknown): Iterable<Found> {
  const headers = httpHeaders(path(event, "request", "headers"));
  if (headers !== undefined) {
    yield { headers, source: "appsync.request.headers" };
  }
}

function isHttpRequest(event: unknown): boolean {
  return (
    ["httpMethod", "rawPath", "raw_path", "methodArn", "routeArn"].some((key) => typeof get(event, key) === "string") ||
    ["http", "elb", "serviceNetworkArn", "connectionId"].some((key) => path(event, "requestContext", key) !== undefined)
  );
}

export const webSocket: Shape = {
  name: "API Gateway WebSocket",
  matches: (event) => path(event, "requestContext", "eventType") === "MESSAGE" && typeof path(event, "requestContext", "connectionId") === "string",
  trigger: "http",
  find: findInWebSocket,
};

export const http: Shape = {
  name: "HTTP",
  matches: (event) => !isList(event) && (isFields(get(event, "headers")) || isFields(get(event, "multiValueHeaders"))),
  // Someone's own payload may have a field of that name, too.
  trigger: (event) => (isHttpRequest(event) ? "http" : undefined),
  find: findInHttp,
};

export const appSync: Shape = {
  name: "AppSync",
  matches: (event) => isFields(path(event, "request", "headers")),
  trigger: "http",
  find: findInAppSync,
};

/** A resolver that AppSync calls for several fields at once; they are of one request. */
export const appSyncBatch: Shape = {
  name: "AppSync batch",
  matches: (event) => isList(event) && isFields(path(event, 0, "request", "headers")),
  trigger: "http",
  find: (event) => findInAppSync(get(event, 0)),
};
