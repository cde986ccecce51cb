/**
 * A way into the layer's tracer provider. The layer exports by itself only if nobody gave it a span processor, and may
 * replace those that were given. So the list stays as long as it was, and the first processor that is put into it brings
 * ours along.
 */
import type { Context, Span, SpanContext } from "@opentelemetry/api";

/** What a processor of the SDK's is, as far as we pass it on. */
interface SpanProcessor {
  onStart: (span: Span, parentContext: Context) => void;
  onEnding?: (span: Span) => void;
  onEnd: (span: { spanContext: () => SpanContext }) => void;
  forceFlush: () => Promise<void>;
  shutdown: () => Promise<void>;
}

/** Two processors as one, of which the second is ours and exports nothing. */
class Both implements SpanProcessor {
  constructor(
    private readonly theirs: SpanProcessor,
    private readonly ours: SpanProcessor,
  ) {}

  onStart(span: Span, parentContext: Context): void {
    this.ours.onStart(span, parentContext);
    this.theirs.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.theirs.onEnding?.(span);
  }

  onEnd(span: { spanContext: () => SpanContext }): void {
    this.ours.onEnd(span);
    this.theirs.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.theirs.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.ours.shutdown();
    await this.theirs.shutdown();
  }
}

class Watched extends Array<SpanProcessor> {
  /** Lists made from this one, as by `slice`, are plain. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  #ours: SpanProcessor | undefined;

  watch(ours: SpanProcessor, list: readonly SpanProcessor[]): this {
    this.#ours = ours;
    this.push(...list);
    return this;
  }

  override push(...processors: SpanProcessor[]): number {
    const [first, ...others] = processors;
    if (first === undefined || this.#ours === undefined || this.length > 0) {
      return super.push(...processors);
    }
    return super.push(new Both(first, this.#ours), ...others);
  }
}

/** The configuration of a tracer provider that also tells `ours` of every span. */
export function watchSpans<T extends object>(config: T, ours: SpanProcessor): T {
  const watch = (given: unknown) => new Watched().watch(ours, Array.isArray(given) ? (given as SpanProcessor[]) : []);
  let list = watch((config as { spanProcessors?: unknown }).spanProcessors);
  return Object.defineProperty({ ...config }, "spanProcessors", {
    configurable: true,
    enumerable: true,
    get: () => list,
    set: (replaced: unknown) => {
      list = watch(replaced);
    },
  });
}
