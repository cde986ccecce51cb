/**
 * From the event of an invocation to its W3C context. Nothing here throws, whatever the event is, and nothing is written
 * to it.
 */
import { ROOT_CONTEXT } from "@opentelemetry/api";

import type { Settings } from "../settings";
import { choose, type Choice } from "./choose";
import { findInClientContext } from "./invoke";
import { SHAPES } from "./shapes";
import type { Extraction, Found, Search, Shape, Trigger } from "./types";

export type { Extraction, Trigger } from "./types";

/** Bytes of JSON that are parsed for one event. */
const MAXIMUM_BYTES = 4_194_304;
/** Records of destinations within records of destinations. */
const MAXIMUM_DEPTH = 3;

const NOTHING: Extraction = Object.freeze({
  context: ROOT_CONTEXT,
  hasParent: false,
  links: [],
  source: "none",
  trigger: undefined,
  messages: undefined,
});

/** Finds the W3C context of an event. Never throws, never changes the event. */
export function extract(event: unknown, lambdaContext: unknown, settings: Settings): Extraction {
  try {
    return extractUnguarded(event, lambdaContext, settings);
  } catch {
    return NOTHING;
  }
}

function extractUnguarded(event: unknown, lambdaContext: unknown, settings: Settings): Extraction {
  const search: Search = {
    settings,
    bytesLeft: MAXIMUM_BYTES,
    depthLeft: MAXIMUM_DEPTH,
    incomplete: false,
    findInEvent: (inner) => findInEvent(inner, search),
  };
  const shapes = SHAPES.filter((shape) => shape.matches(event));
  const messages = shapes.map((shape) => shape.messages?.(event)).find((count) => count !== undefined);
  const choice = chooseFrom(event, lambdaContext, shapes, search);
  return {
    context: choice?.context ?? ROOT_CONTEXT,
    hasParent: choice?.hasParent ?? false,
    links: choice?.links ?? [],
    source: choice?.source ?? "none",
    trigger: shapes.map((shape) => triggerOf(shape, event)).find((trigger) => trigger !== undefined),
    messages,
  };
}

/** The first place that holds a valid context decides alone. */
function chooseFrom(event: unknown, lambdaContext: unknown, shapes: readonly Shape[], search: Search): Choice | undefined {
  const incomplete = () => search.incomplete;
  const direct = choose(findInClientContext(lambdaContext), false, incomplete, search.settings);
  if (direct.source !== undefined) {
    return direct;
  }
  for (const shape of shapes) {
    const choice = choose(shape.find(event, search), shape.messages !== undefined, incomplete, search.settings);
    if (choice.source !== undefined) {
      return choice;
    }
  }
  return undefined;
}

function* findInEvent(event: unknown, search: Search): Iterable<Found> {
  for (const shape of SHAPES) {
    if (!shape.matches(event)) {
      continue;
    }
    let any = false;
    for (const found of shape.find(event, search)) {
      any = true;
      yield found;
    }
    if (any) {
      return;
    }
  }
}

function triggerOf(shape: Shape, event: unknown): Trigger | undefined {
  return typeof shape.trigger === "function" ? shape.trigger(event) : shape.trigger;
}
