/**
 * Where spans are sent, from `FIREFLY_OTLP_URL` and `FIREFLY_KEY`, or else from the variables of OpenTelemetry's
 * specification (https://opentelemetry.io/docs/specs/otel/protocol/exporter/, 1.48), those for traces first.
 */
import type { Environment } from "../../settings";

export interface ExportSettings {
  /** The whole address, `/v1/traces` at its end. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressed: boolean;
  /** How long one request may take, the waiting of an invocation for it apart. */
  readonly timeoutMs: number;
}

/** The header in which the gateway expects its key. */
const KEY_HEADER = "x-firefly-key";
const TRACES_PATH = "/v1/traces";
const DEFAULT_TIMEOUT_MS = 10_000;

/** The settings, or nothing where no address is set or none that can be used. */
export function readExportSettings(environment: Environment): ExportSettings | undefined {
  const url = addressOf(environment);
  if (url === undefined) {
    return undefined;
  }
  const key = environment.FIREFLY_KEY?.trim();
  return {
    url,
    headers: {
      ...headersOf(environment.OTEL_EXPORTER_OTLP_HEADERS),
      ...headersOf(environment.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
      ...(key && { [KEY_HEADER]: key }),
    },
    isCompressed: firstOf(environment, "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION") !== "none",
    timeoutMs: millisecondsOf(firstOf(environment, "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")),
  };
}

function addressOf(environment: Environment): URL | undefined {
  const base = firstOf(environment, "FIREFLY_OTLP_URL");
  const whole = firstOf(environment, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (base === undefined && whole !== undefined) {
    return parse(whole);
  }
  const url = parse(base ?? firstOf(environment, "OTEL_EXPORTER_OTLP_ENDPOINT"));
  if (url !== undefined && !url.pathname.endsWith(TRACES_PATH)) {
    url.pathname = url.pathname.replace(/\/+$/, "") + TRACES_PATH;
  }
  return url;
}

function parse(text: string | undefined): URL | undefined {
  const url = text === undefined || !URL.canParse(text) ? undefined : new URL(text);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : undefined;
}

function headersOf(list: string | undefined): Record<string, string> {
  return Object.fromEntries(readPairs(list).map(([name, value]) => [name.toLowerCase(), value]));
}

/** `name=value,name=value`, percent-encoded, as in baggage. What is not of that form is left out. */
export function readPairs(list: string | undefined): [name: string, value: string][] {
  return (list ?? "").split(",").flatMap((pair): [string, string][] => {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).trim();
    return equals < 1 || name === "" ? [] : [[decode(name), decode(pair.slice(equals + 1).trim())]];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function firstOf(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== "");
}

function millisecondsOf(text: string | undefined): number {
  const number = Number(text ?? DEFAULT_TIMEOUT_MS);
  return Number.isFinite(number) && number > 0 ? Math.min(number, 60_000) : DEFAULT_TIMEOUT_MS;
}
