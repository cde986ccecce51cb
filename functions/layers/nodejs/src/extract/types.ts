import type { Context, Link } from "@opentelemetry/api";

import type { Settings } from "../settings";
import type { Headers } from "./w3c";

/** What started the invocation, in the words of OpenTelemetry's `faas.trigger`. */
export type Trigger = "http" | "pubsub" | "datasource" | "timer" | "other";

/** What an event says about the trace it belongs to. */
export interface Extraction {
  /**
   * The context to start the invocation's span in: with a remote parent if there is one, and its baggage. Never
   * undefined.
   */
  readonly context: Context;
  /** Whether `context` has a remote parent. */
  readonly hasParent: boolean;
  /** Spans that led to this invocation without being its parent. */
  readonly links: readonly Link[];
  /** Where the context was found, such as `sqs.message_attributes`; `none` if nowhere. */
  readonly source: string;
  /** What started the invocation, where the event tells. */
  readonly trigger: Trigger | undefined;
  /** Messages in the event, if it is one of messages. */
  readonly messages: number | undefined;
}

/** Headers found in an event, not yet validated. */
export interface Found {
  readonly headers: Headers;
  readonly source: string;
  readonly messageId?: string | undefined;
  /** The context is that of a cause further back, which is a link whatever the settings say. */
  readonly linkOnly?: boolean;
}

/** What is left of the work that one event may cost. */
export interface Search {
  readonly settings: Settings;
  /** Bytes of payloads that may still be parsed. */
  bytesLeft: number;
  /** Payloads within payloads that may still be opened. */
  depthLeft: number;
  /** Something was not looked at. */
  incomplete: boolean;
  /** Looks through an event within the event. */
  readonly findInEvent: (event: unknown) => Iterable<Found>;
}

/** A shape of events: how it is known, and where it carries a context. */
export interface Shape {
  readonly name: string;
  readonly matches: (event: unknown) => boolean;
  readonly trigger: Trigger | ((event: unknown) => Trigger | undefined) | undefined;
  /** Messages in the event; undefined where the shape has none. */
  readonly messages?: (event: unknown) => number;
  readonly find: (event: unknown, search: Search) => Iterable<Found>;
}
