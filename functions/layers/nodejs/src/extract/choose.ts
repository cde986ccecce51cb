/** From the contexts of an event to one parent, or links. */
import { ROOT_CONTEXT, trace, type Context, type Link, type SpanContext } from "@opentelemetry/api";

import type { Settings } from "../settings";
import type { Found } from "./types";
import { spanContextOf, withBaggage, type Headers } from "./w3c";

export interface Choice {
  readonly context: Context;
  readonly hasParent: boolean;
  readonly links: readonly Link[];
  readonly source: string | undefined;
}

interface Candidate {
  readonly spanContext: SpanContext;
  readonly found: Found;
}

/** Different spans that are kept apart; beyond them it is known that there are many, and the links are full. */
const MAXIMUM_CANDIDATES = 129;

/**
 * Reads contexts until it is clear what becomes of them.
 *
 * @param isBatch whether each is that of a message, so that the setting for batches counts
 * @param isIncomplete whether, once all are read, some of the event was left out
 */
export function choose(all: Iterable<Found>, isBatch: boolean, isIncomplete: () => boolean, settings: Settings): Choice {
  const candidates = new Map<string, Candidate>();
  const traces = new Set<string>();
  for (const found of all) {
    const spanContext = spanContextOf(found.headers);
    if (spanContext === undefined) {
      continue;
    }
    const key = `${spanContext.traceId}${spanContext.spanId}`;
    if (!candidates.has(key) && candidates.size < MAXIMUM_CANDIDATES) {
      candidates.set(key, { spanContext, found });
    }
    traces.add(spanContext.traceId);
    const settled = traces.size > 1 || (isBatch && settings.batchContext === "links");
    const decided = !isBatch && found.linkOnly !== true;
    if (decided || (settled && candidates.size > settings.maxLinks)) {
      break;
    }
  }
  const list = [...candidates.values()];
  const mayBeParent = !isBatch || settings.batchContext === "parent" || (settings.batchContext === "auto" && traces.size === 1 && !isIncomplete());
  const parent = mayBeParent ? list.find(({ found }) => found.linkOnly !== true) : undefined;
  return {
    context: parent === undefined ? ROOT_CONTEXT : contextOf(parent.spanContext, parent.found.headers),
    hasParent: parent !== undefined,
    links: list.filter((candidate) => candidate !== parent).slice(0, settings.maxLinks).map(toLink),
    source: (parent ?? list[0])?.found.source,
  };
}

function contextOf(spanContext: SpanContext, headers: Headers): Context {
  return withBaggage(trace.setSpanContext(ROOT_CONTEXT, spanContext), headers);
}

function toLink({ spanContext, found }: Candidate): Link {
  return {
    context: spanContext,
    attributes: {
      "firefly.context.source": found.source,
      ...(found.messageId !== undefined && { "messaging.message.id": found.messageId }),
    },
  };
}
