import { timeSeries } from "../../panels/index";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { promql } from "../../parts/promql";
import { sources } from "../../parts/sources";
import { type Unit, units } from "../../parts/units";
import { atEnd, averageDuration, byFunction, concurrencyOf, errorRate, max, sum, ten, type Window } from "./queries";

function perFunction(
  title: string,
  description: string,
  expression: string,
  whole: string,
  unit: Unit,
  look: { bars?: boolean; emptyWhen?: string; empty?: string } = {},
) {
  return timeSeries({
    title,
    description,
    ...(look.emptyWhen === undefined ? {} : { emptyWhen: look.emptyWhen }),
    source: sources.metrics,
    queries: [promql(ten(expression, atEnd(whole)), "{{dimension_FunctionName}}")],
    unit,
    ...(look.bars === true ? { draw: "bars", stacked: true } : {}),
    empty: look.empty ?? hints.metrics,
  });
}

/** The sum of a metric by function, in each step; the ten functions with the most. */
function sums(title: string, description: string, metric: string, emptyWhen?: string) {
  const of = (window: Window) => `sum ${byFunction} (${sum(metric, window)})`;
  return perFunction(title, description, of("$__interval"), of("$__range"), units.count, {
    bars: true,
    ...(emptyWhen === undefined ? {} : { emptyWhen, empty: `No ${title.toLowerCase()} in this time range.` }),
  });
}

/** How often functions ran. */
export const invocations = sums(
  "Invocations",
  "Invocations in each step, of the ten functions with the most. A gap: the callers stopped, or the data; see Pipeline.",
  "invocations_sum",
);

/** How often they failed. */
export const errors = sums(
  "Errors",
  "Failed invocations in each step, of the ten functions with the most. Open the function from the table for the exceptions.",
  "errors_sum",
  "while no invocation failed.",
);

/** Which share of them failed. */
export const errorRates = perFunction(
  "Error rate",
  "Share of the invocations of each step that failed, of the ten functions with the most errors. From 5 % on somebody " +
    "should look; a step after a deployment points at it.",
  errorRate(byFunction, "$__interval"),
  `sum ${byFunction} (${sum("errors_sum", "$__range")})`,
  units.percent,
  { emptyWhen: "while no invocation failed.", empty: "No errors in this time range." },
);

/** How long they took, by function. */
export const averages = perFunction(
  "Average duration",
  "Mean duration of each step, of the ten functions that are slowest over the whole range. If it rises, compare with " +
    "what the function calls: Service map.",
  averageDuration(byFunction, "$__interval"),
  averageDuration(byFunction, "$__range"),
  units.milliseconds,
);

/** How long they took, all together. */
export const durations = timeSeries({
  title: "Duration of all chosen functions",
  description:
    "Average, longest and, where the stream has it, the highest p99 of a minute of any function, in each step. Of one " +
    "function alone the p99 is its own: choose it above. A percentile of several minutes or functions cannot be had from " +
    "theirs, so the highest is shown.",
  source: sources.metrics,
  queries: [
    promql(averageDuration("", "$__interval"), "average", "A"),
    promql(`max(${max("duration_p99", "$__interval")})`, "p99", "B"),
    promql(`max(${max("duration_maximum", "$__interval")})`, "maximum", "C"),
  ],
  unit: units.milliseconds,
  series: {
    average: { colour: palette.duration },
    p99: { colour: palette.durationP99 },
    maximum: { colour: palette.durationMaximum },
  },
  empty: hints.metrics,
});

/** How often requests were refused. */
export const throttles = sums(
  "Throttles",
  "Requests refused in each step, of the ten functions with the most. Raise reserved concurrency, or slow the caller down.",
  "throttles_sum",
  "while nothing was throttled.",
);

/** How many ran at once. */
export const concurrency = perFunction(
  "Concurrent executions",
  "Most executions at the same time in each step, of the ten functions with the most. Near a function's reserved " +
    "concurrency or the account's limit, throttles follow.",
  concurrencyOf("$__interval"),
  concurrencyOf("$__range"),
  units.count,
);
