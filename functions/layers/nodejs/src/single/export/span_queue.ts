/**
 * Keeps ended spans until the gateway has accepted them. They are sent at the end of each invocation, or earlier when
 * there are many or the invocation is long. An invocation waits for them no longer than agreed; what is not accepted by
 * then stays here and goes with the next export.
 */
import { context, diag, TraceFlags } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";

import type { Transport } from "./transport";

/** Spans of one request: some 200 KB before compression. */
const BATCH = 512;
/** Spans that are kept while the gateway is away; the newest are dropped, as their parents may be here already. */
const MAXIMUM = 4_096;
/** Requests at a time. */
const REQUESTS = 4;
/** Time after which the first spans of a long invocation are sent without its end. */
const PARTIAL_AFTER_MS = 5_000;
/** The least that an invocation waits, however often the gateway was late. */
const LEAST_WAIT_MS = 25;

export type Serialize = (spans: ReadableSpan[]) => Uint8Array | undefined;

export class SpanQueue implements SpanProcessor {
  #waiting: ReadableSpan[] = [];
  #underWay = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #waitMs: number;

  constructor(
    private readonly transport: Transport,
    private readonly serialize: Serialize,
    private readonly mostWaitMs: number,
  ) {
    this.#waitMs = mostWaitMs;
  }

  onStart(): void {
    // Only what has ended is sent.
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0 || this.#waiting.length >= MAXIMUM) {
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= BATCH && this.#underWay.size === 0) {
      this.#sendAll();
    } else {
      this.#timer ??= setTimeout(() => { this.#sendAll(); }, PARTIAL_AFTER_MS).unref();
    }
  }

  /**
   * Sends all and waits, but not for ever. Each time that the gateway does not answer in time, the next invocation waits
   * half as long, until it answers again: an outage of the gateway is not an outage of the function.
   */
  async forceFlush(): Promise<void> {
    this.#sendAll();
    if (this.#underWay.size === 0) {
      return;
    }
    const isDone = await isWithin(this.#waitMs, this.#drained());
    const least = Math.min(LEAST_WAIT_MS, this.mostWaitMs);
    this.#waitMs = isDone ? this.mostWaitMs : Math.max(this.#waitMs / 2, least);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    this.transport.close();
  }

  #sendAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#underWay.size < REQUESTS) {
      const request = this.#send(this.#waiting.splice(0, BATCH)).then((isAccepted) => {
        this.#underWay.delete(request);
        if (isAccepted) {
          this.#sendAll();
        }
      });
      this.#underWay.add(request);
    }
  }

  async #drained(): Promise<void> {
    while (this.#underWay.size > 0) {
      await Promise.race(this.#underWay);
    }
  }

  async #send(spans: ReadableSpan[]): Promise<boolean> {
    try {
      const body = this.serialize(spans);
      const outcome = body === undefined ? "refused" : await context.with(suppressTracing(context.active()), () => this.transport.send(body));
      if (outcome === "retry") {
        this.#waiting = [...spans, ...this.#waiting].slice(0, MAXIMUM);
      }
      if (outcome !== "accepted") {
        diag.warn(`firefly: export of ${spans.length} spans: ${outcome}`);
      }
      return outcome === "accepted";
    } catch (error) {
      diag.warn("firefly: export of spans failed", error);
      return false;
    }
  }
}

async function isWithin(mostMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => { resolve(false); }, mostMs);
  });
  const isDone = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return isDone;
}
