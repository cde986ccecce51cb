/**
 * One request of OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/, 1.10). Node's own client and no more: a layer
 * pays for each module in every cold start. Nothing here keeps the event loop alive, so that a function that ends when
 * its loop is empty does not wait for an export that is late.
 */
import http from "node:http";
import https from "node:https";
import { gzipSync } from "node:zlib";

import type { ExportSettings } from "./settings";

/** `retry`: the same spans may be sent again; the gateway stores each span once, however often it comes. */
export type Outcome = "accepted" | "retry" | "refused";

export interface Transport {
  send(body: Uint8Array): Promise<Outcome>;
  close(): void;
}

const RETRYABLE = new Set([408, 429, 500, 502, 503, 504]);
/** zlib's fastest level: the time is the invocation's, and what is sent is small. */
const LEVEL = 1;

export function createTransport(settings: ExportSettings): Transport {
  const client = settings.url.protocol === "https:" ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: 4, maxFreeSockets: 1 });
  const options: https.RequestOptions = {
    agent,
    method: "POST",
    headers: {
      ...settings.headers,
      "content-type": "application/x-protobuf",
      ...(settings.isCompressed && { "content-encoding": "gzip" }),
    },
  };

  const attempt = (body: Uint8Array) => new Promise<Outcome | "stale">((resolve) => {
    const request = client.request(settings.url, options, (response) => {
      response.resume();
      response.on("error", () => { resolve("retry"); });
      response.on("end", () => { resolve(outcomeOf(response.statusCode ?? 0)); });
      response.on("close", () => { resolve("retry"); });
    });
    request.on("socket", (socket) => socket.unref());
    request.on("error", () => { resolve(request.reusedSocket ? "stale" : "retry"); });
    request.setTimeout(settings.timeoutMs, () => request.destroy(new Error("timeout")));
    request.setHeader("content-length", body.byteLength);
    request.end(body);
  });

  return {
    async send(body) {
      const encoded = settings.isCompressed ? gzipSync(body, { level: LEVEL }) : body;
      const outcome = await attempt(encoded);
      if (outcome !== "stale") {
        return outcome;
      }
      // The other end closed the connection while the environment was frozen. A new one is made at once.
      const again = await attempt(encoded);
      return again === "stale" ? "retry" : again;
    },
    close: () => { agent.destroy(); },
  };
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) {
    return "accepted";
  }
  return RETRYABLE.has(status) ? "retry" : "refused";
}
