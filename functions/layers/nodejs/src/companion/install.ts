/** Sets the `configure…` globals that the community's layer and ADOT's look for. */
import type { Settings } from "../settings";
import { flush } from "../flush";
import { installHandlerGuard } from "../safety/handler_guard";
import { instrumentNestedImport } from "./nested_import";
import { Timeouts } from "../timeout";
import { awsConfig, lambdaConfig } from "./hooks";
import { watchSpans } from "./span_processors";

type Configure = (config: object) => object;

/** Variables that are set where the user left them out. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  // With X-Ray's among them, its Sampled=0 would drop the trace.
  OTEL_PROPAGATORS: "tracecontext,baggage",
  // What upstream waits for the export of one batch, and the caller with it; the SDK's own default is 30 s.
  OTEL_BSP_EXPORT_TIMEOUT: "2000",
};

export function install(target: object, environment: NodeJS.ProcessEnv, settings: Settings): void {
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if ((environment[name] ?? "").trim() === "") {
      environment[name] = value;
    }
  }
  const timeouts = new Timeouts(settings.timeoutMarginMs, flush);
  const lambdaHandler = installHandlerGuard(environment);
  instrumentNestedImport(environment, settings);
  hook(target, "configureLambdaInstrumentation", (config) => ({
    ...lambdaConfig(config, settings, timeouts),
    ...(lambdaHandler !== undefined && !("lambdaHandler" in config) && { lambdaHandler }),
  }));
  hook(target, "configureAwsInstrumentation", (config) => awsConfig(config, settings));
  hook(target, "configureTracer", (config) => watchSpans(config, timeouts));
}

/** Goes with a hook of the user's, whether it was set before or is set later. */
function hook(target: object, name: string, ours: Configure): void {
  let theirs: unknown = (target as Record<string, unknown>)[name];
  const both: Configure = (config) => {
    const configured: unknown = typeof theirs === "function" ? (theirs as Configure)(config) : undefined;
    return ours(typeof configured === "object" && configured !== null ? configured : config);
  };
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => both,
    set: (value: unknown) => {
      theirs = value === both ? theirs : value;
    },
  });
}
