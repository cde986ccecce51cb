import type { Context, Link } from "@opentelemetry/api";

/** What started the invocation, in the words of OpenTelemetry's `faas.trigger`. */
export type Trigger = "http" | "pubsub" | "datasource" | "timer" | "other";

/** What an event says about the trace it belongs to. */
export interface Extraction {
  /**
   * The context to start the invocation's span in: with a remote parent if there is one, and with baggage. Never
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
