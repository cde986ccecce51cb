import { ROOT_CONTEXT } from "@opentelemetry/api";

import type { Settings } from "../settings";
import type { Extraction } from "./types";

export type { Extraction, Trigger } from "./types";

/** Finds the W3C context of an event. Never throws, never changes the event. */
export function extract(_event: unknown, _lambdaContext: unknown, _settings: Settings): Extraction {
  return { context: ROOT_CONTEXT, hasParent: false, links: [], source: "none", trigger: undefined, messages: undefined };
}
