/**
 * An invocation that Lambda stops at its deadline takes all of its open spans with it. So, shortly before, they are ended
 * with an error that says so, innermost first, and exported. The handler goes on undisturbed.
 */
import { SpanStatusCode, trace, type Context, type Span, type SpanContext } from "@opentelemetry/api";

/** The time after which a timer that is late was held up by a frozen environment, and not by a busy one. */
const FROZEN_MS = 1_000;

interface Invocation {
  readonly span: Span;
  readonly open: Set<Span>;
  readonly known: Set<string>;
  readonly timer: NodeJS.Timeout;
  returned: boolean;
}

/** A tracker of open spans, in the shape of the SDK's `SpanProcessor`. */
export class Timeouts {
  readonly #invocations = new Set<Invocation>();
  readonly #bySpan = new Map<string, Invocation>();

  constructor(
    private readonly marginMs: number,
    private readonly flush: () => Promise<unknown>,
  ) {}

  /** An invocation begins; `remainingMs` is what Lambda gives it. */
  begin(span: Span, remainingMs: number): void {
    for (const earlier of this.#invocations) {
      if (earlier.returned) {
        this.#forget(earlier);
      }
    }
    if (this.marginMs === 0 || !Number.isFinite(remainingMs) || remainingMs <= 0) {
      return;
    }
    // A function of a few hundred milliseconds has half of them before its spans are ended.
    const delay = Math.min(Math.max(remainingMs - this.marginMs, remainingMs / 2), 2_147_483_647);
    const due = Date.now() + delay;
    const timer = setTimeout(() => { this.#end(invocation, due); }, delay);
    timer.unref();
    const invocation: Invocation = { span, open: new Set([span]), known: new Set(), timer, returned: false };
    this.#invocations.add(invocation);
    this.#know(invocation, span);
  }

  /**
   * The handler returned. One that returned nothing may yet call back, so that its spans stay watched until the next
   * invocation begins.
   */
  finish(span: Span, isSettled: boolean): void {
    const invocation = this.#bySpan.get(keyOf(span.spanContext()));
    if (invocation === undefined) {
      return;
    }
    if (isSettled) {
      this.#forget(invocation);
    } else {
      invocation.returned = true;
    }
  }

  onStart(span: Span, parentContext: Context): void {
    const parent = trace.getSpanContext(parentContext);
    const invocation = parent === undefined ? undefined : this.#bySpan.get(keyOf(parent));
    if (invocation !== undefined) {
      invocation.open.add(span);
      this.#know(invocation, span);
    }
  }

  onEnd(span: { spanContext: () => SpanContext }): void {
    const invocation = this.#bySpan.get(keyOf(span.spanContext()));
    invocation?.open.delete(span as Span);
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    for (const invocation of this.#invocations) {
      this.#forget(invocation);
    }
    return Promise.resolve();
  }

  #know(invocation: Invocation, span: Span): void {
    const key = keyOf(span.spanContext());
    invocation.known.add(key);
    this.#bySpan.set(key, invocation);
  }

  #forget(invocation: Invocation): void {
    clearTimeout(invocation.timer);
    this.#invocations.delete(invocation);
    for (const key of invocation.known) {
      this.#bySpan.delete(key);
    }
  }

  #end(invocation: Invocation, due: number): void {
    const isLate = Date.now() - due > FROZEN_MS;
    const open = isLate ? [] : [...invocation.open].reverse();
    this.#forget(invocation);
    for (const span of open) {
      endWithTimeout(span, this.marginMs);
    }
    if (open.length > 0) {
      this.flush().catch(() => undefined);
    }
  }
}

function endWithTimeout(span: Span, marginMs: number): void {
  try {
    span.setAttribute("error.type", "timeout");
    span.setStatus({ code: SpanStatusCode.ERROR, message: `timeout: still open ${marginMs} ms before the function's deadline` });
    span.end();
    quieten(span);
  } catch {
    // The next span may still be ended.
  }
}

/** Whoever opened the span will end it again if the handler makes it in time, about which the SDK would print a line. */
function quieten(span: Span): void {
  const nothing = () => span;
  const silent: Partial<Record<keyof Span, unknown>> = {
    setAttribute: nothing,
    setAttributes: nothing,
    addEvent: nothing,
    addLink: nothing,
    addLinks: nothing,
    setStatus: nothing,
    updateName: nothing,
    recordException: () => undefined,
    end: () => undefined,
  };
  Object.assign(span, silent);
}

function keyOf({ traceId, spanId }: SpanContext): string {
  return traceId + spanId;
}
