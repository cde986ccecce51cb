/**
 * Lambda's Runtime API on loopback (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, version 2018-06-01),
 * for one runtime client in a process of its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Invocation {
  readonly event: unknown;
  readonly timeoutMs?: number;
  readonly clientContext?: unknown;
}

export interface Answer {
  readonly kind: "response" | "error";
  readonly body: string;
  /** From the event's hand-over to the whole answer. */
  readonly tookMs: number;
}

interface Pending {
  readonly invocation: Invocation;
  readonly resolve: (answer: Answer) => void;
  handedOverAt: number;
}

export class RuntimeApi {
  readonly #server = createServer((request, response) => { this.#route(request, response); });
  readonly #queue: Pending[] = [];
  readonly #handedOver = new Map<string, Pending>();
  #poll: ServerResponse | undefined;
  #invocations = 0;
  #onReady: () => void = () => undefined;
  #onInitError: (body: string) => void = () => undefined;

  /** When the runtime first asked for an event; rejects if it reported an error instead. */
  readonly ready = new Promise<void>((resolve, reject) => {
    this.#onReady = resolve;
    this.#onInitError = (body) => { reject(new Error(`init error: ${body}`)); };
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  invoke(invocation: Invocation): Promise<Answer> {
    return new Promise((resolve) => {
      this.#queue.push({ invocation, resolve, handedOverAt: 0 });
      this.#handOver();
    });
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const { url = "" } = request;
    if (request.method === "GET" && url.endsWith("/runtime/invocation/next")) {
      this.#poll = response;
      this.#onReady();
      this.#handOver();
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const [, id = "", kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
      if (url.endsWith("/runtime/init/error")) {
        this.#onInitError(body);
      }
      const pending = this.#handedOver.get(id);
      this.#handedOver.delete(id);
      pending?.resolve({ kind: kind === "response" ? "response" : "error", body, tookMs: performance.now() - pending.handedOverAt });
      response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}');
    });
  }

  #handOver(): void {
    const pending = this.#poll === undefined ? undefined : this.#queue.shift();
    if (pending === undefined) {
      return;
    }
    this.#invocations += 1;
    const id = `00000000-0000-4000-8000-${String(this.#invocations).padStart(12, "0")}`;
    const { event, timeoutMs = 10_000, clientContext } = pending.invocation;
    const response = this.#poll;
    this.#poll = undefined;
    this.#handedOver.set(id, pending);
    pending.handedOverAt = performance.now();
    response?.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": Date.now() + timeoutMs,
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:123456789012:function:orders",
      // X-Ray's own decision, which must not drop the trace.
      "lambda-runtime-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
      ...(clientContext !== undefined && { "lambda-runtime-client-context": JSON.stringify(clientContext) }),
    }).end(JSON.stringify(event));
  }
}
