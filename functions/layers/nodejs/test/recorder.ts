/** An HTTP server in AWS's place: it keeps what clients send and answers as it is told. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly delayMs?: number;
}

export class Recorder {
  readonly requests: Recorded[] = [];
  #answers: Answer[] = [];
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      this.requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
      const answer = this.#answers.shift() ?? { status: 200, body: "{}" };
      setTimeout(() => {
        const isXml = answer.body.startsWith("<");
        response.writeHead(answer.status, { "content-type": isXml ? "text/xml" : "application/json", "x-amzn-requestid": "request-1" });
        response.end(answer.body);
      }, answer.delayMs ?? 0);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What the next requests are answered. */
  answer(...answers: Answer[]): void {
    this.#answers = answers;
  }

  /** Requests since the last call. */
  take(): Recorded[] {
    return this.requests.splice(0);
  }

  takeJson(): Record<string, unknown> {
    const requests = this.take();
    return JSON.parse(requests.at(-1)?.body.toString("utf8") ?? "null") as Record<string, unknown>;
  }
}
