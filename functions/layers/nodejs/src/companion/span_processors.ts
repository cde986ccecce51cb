/**
 * A way into the layer's tracer provider. The layer exports by itself only if nobody gave it a span processor, and may
 * replace those that were given. So the list stays as long as it was, and only whoever goes through it meets ours.
 */
interface SpanProcessors {
  spanProcessors?: unknown[];
}

class Watched extends Array<unknown> {
  /** Lists made from this one, as by `map`, are plain. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  #processor: unknown;

  static of_(list: readonly unknown[], processor: unknown): Watched {
    const watched = new Watched();
    watched.#processor = processor;
    for (const each of list) {
      watched.push(each);
    }
    return watched;
  }

  override *[Symbol.iterator](): ArrayIterator<unknown> {
    yield this.#processor;
    yield* super[Symbol.iterator]();
  }
}

/** The configuration of a tracer provider that also tells `processor` of every span. */
export function watchSpans<T extends object>(config: T, processor: unknown): T {
  let list = Watched.of_((config as SpanProcessors).spanProcessors ?? [], processor);
  return Object.defineProperty({ ...config }, "spanProcessors", {
    configurable: true,
    enumerable: true,
    get: () => list,
    set: (replaced: unknown) => {
      list = Watched.of_(Array.isArray(replaced) ? (replaced as unknown[]) : [], processor);
    },
  });
}
