import { prometheusStat, prometheusTable } from "../../panels/prometheus";
import { errorLimits } from "../../figures";
import { hints } from "../../parts/hints";
import { column, toDashboard } from "../../parts/links";
import { palette } from "../../parts/palette";
import { uids } from "../../parts/uids";
import { units } from "../../parts/units";
import { averageDuration, byFunction, concurrencyOf, errorRate, keys, max, sum } from "./queries";

/** The whole time range in a few numbers. */
export const numbers = [
  prometheusStat({
    title: "Invocations",
    description: "Invocations that ran, failed ones included, throttled ones not.",
    expression: `sum(${sum("invocations_sum", "$__range")})`,
    unit: units.count,
    colour: palette.invocations,
    empty: hints.metrics,
  }),
  prometheusStat({
    title: "Errors",
    description: "Invocations that failed. The table says of which functions.",
    expression: `sum(${sum("errors_sum", "$__range")})`,
    unit: units.count,
    colour: palette.errors,
    empty: hints.metrics,
  }),
  prometheusStat({
    title: "Error rate",
    description: "Share of the invocations that failed. Above 1 % (yellow) or 5 % (red), see the table for the functions.",
    expression: errorRate("", "$__range"),
    unit: units.percent,
    decimals: 2,
    colour: palette.errors,
    limits: errorLimits,
    empty: hints.metrics,
  }),
  prometheusStat({
    title: "Average duration",
    description: "Mean duration of all invocations: the sum of the durations by their number.",
    expression: averageDuration("", "$__range"),
    unit: units.milliseconds,
    colour: palette.duration,
    empty: hints.metrics,
  }),
  prometheusStat({
    title: "Longest duration",
    description: "The longest invocation. Near the timeout of its function, it may have been ended by it: see Function.",
    expression: `max(${max("duration_maximum", "$__range")})`,
    unit: units.milliseconds,
    colour: palette.durationMaximum,
    empty: hints.metrics,
  }),
  prometheusStat({
    title: "Throttles",
    description: "Requests that were refused, as too many ran. Above zero: raise reserved concurrency or the account's limit.",
    expression: `sum(${sum("throttles_sum", "$__range")})`,
    unit: units.count,
    colour: palette.throttles,
    empty: hints.metrics,
  }),
];

const open = toDashboard("Open this function", uids.function, {
  account: column("account_id"),
  region: column("region"),
  function: column("dimension_FunctionName"),
});

/** The functions side by side. */
export const functions = prometheusTable({
  title: "Functions",
  description: "Every chosen function over the whole time range; its name opens it. The values are those of Home.",
  labels: keys,
  expressions: {
    A: `sum ${byFunction} (${sum("invocations_sum", "$__range")})`,
    B: `sum ${byFunction} (${sum("errors_sum", "$__range")})`,
    C: errorRate(byFunction, "$__range"),
    D: averageDuration(byFunction, "$__range"),
    E: `max ${byFunction} (${max("duration_maximum", "$__range")})`,
    F: `sum ${byFunction} (${sum("throttles_sum", "$__range")})`,
    G: concurrencyOf("$__range"),
  },
  columns: {
    dimension_FunctionName: { title: "Function", links: [open] },
    account_id: { title: "Account", width: 130 },
    region: { title: "Region", width: 120 },
    "Value #A": { title: "Invocations", unit: units.count, colour: palette.invocations },
    "Value #B": { title: "Errors", unit: units.count },
    "Value #C": { title: "Error rate", unit: units.percent, decimals: 2, limits: errorLimits, cell: "text" },
    "Value #D": { title: "Average duration", unit: units.milliseconds },
    "Value #E": { title: "Longest duration", unit: units.milliseconds },
    "Value #F": { title: "Throttles", unit: units.count },
    "Value #G": { title: "Concurrency", unit: units.count },
  },
  sortBy: "Invocations",
  empty: hints.metrics,
});
