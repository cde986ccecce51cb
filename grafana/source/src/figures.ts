import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { type Limits, type Rise, type Stat, statWithChange } from "./panels";
import { hints } from "./parts/hints";
import { palette } from "./parts/palette";
import { chosen, range, weekBefore } from "./parts/sql";
import { units } from "./parts/units";

/** The figures that several dashboards show. They are made here alone, so that each is the same everywhere. */
export const figures = {
  invocations: (): Panel =>
    compared("relative", "neutral", {
      title: "Invocations",
      description: "Invocations that ran, failed ones included, throttled ones not. From CloudWatch.",
      source: "lambda_activity",
      value: "sum(invocations)",
      unit: units.count,
      colour: palette.invocations,
      empty: hints.metrics,
    }),

  errorRate: (): Panel =>
    compared("points", "bad", {
      title: "Error rate",
      description:
        "Share of the invocations that failed, and by how many percentage points that is more than the week before. From CloudWatch.",
      source: "lambda_activity",
      value: "100 * sum(errors) / nullif(sum(invocations), 0)",
      unit: units.percent,
      decimals: 2,
      colour: palette.errors,
      limits: errorLimits,
      empty: hints.metrics,
    }),

  averageDuration: (): Panel =>
    compared("relative", "bad", {
      title: "Average duration",
      description: "Mean duration of all invocations: the sum of the durations by their number. From CloudWatch.",
      source: "lambda_activity",
      value: "sum(duration_sum_ms) / nullif(sum(duration_samples), 0)",
      unit: units.milliseconds,
      colour: palette.duration,
      empty: hints.metrics,
    }),

  throttles: (): Panel =>
    compared("relative", "bad", {
      title: "Throttles",
      description: "Requests that were refused because a limit on concurrent executions was reached. From CloudWatch.",
      source: "lambda_activity",
      value: "sum(throttles)",
      unit: units.count,
      colour: palette.throttles,
      empty: hints.metrics,
    }),

  cost: (): Panel =>
    compared("relative", "bad", {
      title: "Estimated cost",
      description:
        "What the invocations cost by the prices in firefly.lambda_price, for memory, time and requests. Functions whose memory is not known are left out.",
      source: "costs_between",
      value: "sum(cost)",
      unit: units.dollars,
      decimals: 2,
      colour: palette.cost,
      empty: hints.cost,
    }),
};

/** From how many percent of failed invocations on: as the rule error_rate has it at first. */
export const errorLimits: Limits = {
  below: palette.ok,
  from: [
    [1, palette.warning],
    [5, palette.critical],
  ],
};

interface Figure extends Omit<Stat, "sql"> {
  /** The function of the schema firefly that has the rows. */
  source: "lambda_activity" | "costs_between";
  /** What is computed of them. */
  value: string;
}

function compared(change: "relative" | "points", rise: Rise, figure: Figure): Panel {
  const of = (span: string): string => `(
    SELECT ${figure.value} AS value
    FROM firefly.${figure.source}(${span})
    WHERE ${chosen()}
  )`;
  const difference =
    change === "relative" ? "(now.value / nullif(before.value, 0) - 1) * 100" : "now.value - before.value";
  const sql = [
    `SELECT now.value, ${difference} AS change`,
    `FROM ${of(range)} AS now`,
    `CROSS JOIN ${of(weekBefore)} AS before`,
  ].join("\n");
  return statWithChange({ ...figure, sql }, rise, change);
}
