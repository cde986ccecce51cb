/**
 * Every environment variable of the layer, read once into one typed value. A value that is not understood is the
 * default: a slip in a variable must not cost an invocation, nor print a line.
 */

/** What becomes of the contexts of a batch of messages. */
export type BatchContext = "parent" | "links" | "auto";

/** The services whose requests are given the context where upstream's instrumentation leaves it out. */
export const INJECTED_SERVICES = ["sns", "sqs", "eventbridge", "kinesis", "stepfunctions", "lambda"] as const;

export type InjectedService = (typeof INJECTED_SERVICES)[number];

export interface Settings {
  /** `FIREFLY_LAYER_DISABLED=true`: nothing of ours is installed. */
  readonly disabled: boolean;
  /** `FIREFLY_BATCH_CONTEXT`: `auto` takes one common trace as the parent, several as links. */
  readonly batchContext: BatchContext;
  /** `FIREFLY_MAX_LINKS`: links on the span of one invocation; the SDK's own cap is 128. */
  readonly maxLinks: number;
  /** `FIREFLY_PAYLOAD_KEY`: the key of a JSON payload beneath which the context is. */
  readonly payloadKey: string;
  /** `FIREFLY_INJECT`: services to inject into; `none` for none of them. */
  readonly inject: ReadonlySet<InjectedService>;
  /** `FIREFLY_INVOKE_PAYLOAD=true`: the payload of an asynchronous Invoke is given the key too. */
  readonly invokePayload: boolean;
  /** `FIREFLY_STEP_FUNCTIONS_NAMED=true`: also executions that the caller names. */
  readonly namedExecutions: boolean;
  /** `FIREFLY_DYNAMODB_ATTRIBUTE`: an attribute of items in which the application keeps a context; none by default. */
  readonly dynamodbAttribute: string | undefined;
  /** `FIREFLY_TIMEOUT_MARGIN_MS`: how long before the deadline open spans are ended; 0 for never. */
  readonly timeoutMarginMs: number;
  /** `FIREFLY_FLUSH_TIMEOUT_MS`: how long `withFirefly` waits for the export after an invocation. */
  readonly flushTimeoutMs: number;
}

/** Variables by name; `process.env` in Lambda. */
export type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(environment: Environment): Settings {
  return {
    disabled: flag(environment.FIREFLY_LAYER_DISABLED),
    batchContext: oneOf(environment.FIREFLY_BATCH_CONTEXT, ["parent", "links", "auto"] as const) ?? "auto",
    maxLinks: integer(environment.FIREFLY_MAX_LINKS, 0, 128) ?? 128,
    payloadKey: text(environment.FIREFLY_PAYLOAD_KEY) ?? "_firefly",
    inject: services(environment.FIREFLY_INJECT),
    invokePayload: flag(environment.FIREFLY_INVOKE_PAYLOAD),
    namedExecutions: flag(environment.FIREFLY_STEP_FUNCTIONS_NAMED),
    dynamodbAttribute: text(environment.FIREFLY_DYNAMODB_ATTRIBUTE),
    timeoutMarginMs: integer(environment.FIREFLY_TIMEOUT_MARGIN_MS, 0, 60_000) ?? 200,
    flushTimeoutMs: integer(environment.FIREFLY_FLUSH_TIMEOUT_MS, 0, 60_000) ?? 500,
  };
}

function text(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function flag(value: string | undefined): boolean {
  return ["true", "1", "yes", "on"].includes(text(value)?.toLowerCase() ?? "");
}

function oneOf<T extends string>(value: string | undefined, choices: readonly T[]): T | undefined {
  const lowered = text(value)?.toLowerCase();
  return choices.find((choice) => choice === lowered);
}

function integer(value: string | undefined, least: number, most: number): number | undefined {
  const trimmed = text(value);
  if (trimmed === undefined || !/^\d{1,9}$/.test(trimmed)) {
    return undefined;
  }
  const number = Number(trimmed);
  return number >= least && number <= most ? number : undefined;
}

function services(value: string | undefined): ReadonlySet<InjectedService> {
  const trimmed = text(value)?.toLowerCase();
  if (trimmed === undefined) {
    return new Set(INJECTED_SERVICES);
  }
  const names = new Set(trimmed.split(",").map((name) => name.trim()));
  return new Set(INJECTED_SERVICES.filter((service) => names.has(service)));
}
