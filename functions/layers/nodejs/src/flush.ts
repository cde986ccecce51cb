/** Export of what is finished, waited for no longer than agreed. */
import { trace } from "@opentelemetry/api";

interface Flushable {
  readonly getDelegate?: () => unknown;
  readonly forceFlush?: () => Promise<unknown>;
}

/** Flushes whatever tracer provider is registered. Failures are the exporter's to report. */
export async function flush(): Promise<void> {
  const provider = trace.getTracerProvider() as Flushable;
  const delegate = (provider.getDelegate?.() ?? provider) as Flushable;
  await delegate.forceFlush?.();
}

/** As `flush`, but answers after `mostMs` at the latest. The export itself goes on. */
export async function flushWithin(mostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostMs);
  });
  await Promise.race([flush().catch(() => undefined), limit]);
  clearTimeout(timer);
}
