import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { timeSeries } from "../../panels";
import { hints } from "../../parts/hints";
import { chosen, range, series, steps } from "../../parts/sql";
import { units } from "../../parts/units";

/** Invocations of the ten functions that have the most. */
export function invocationsByFunction(): Panel {
  return timeSeries({
    title: "Invocations by function",
    description: "Invocations of the ten functions with the most. From CloudWatch.",
    queries: [series(topTen("sum(invocations)", "invocations"))],
    unit: units.count,
    draw: "bars",
    stacked: true,
    empty: hints.metrics,
  });
}

/** Errors of the ten functions that have the most. */
export function errorsByFunction(): Panel {
  return timeSeries({
    title: "Errors by function",
    description: "Failed invocations of the ten functions with the most. From CloudWatch.",
    emptyWhen: "while no invocation fails.",
    queries: [series(topTen("sum(nullif(errors, 0))", "errors"))],
    unit: units.count,
    draw: "bars",
    stacked: true,
    empty: "No errors in this time range.",
  });
}

/** Durations of the ten slowest functions. */
export function durationByFunction(): Panel {
  return timeSeries({
    title: "Average duration by function",
    description: "Mean duration of the ten functions with the longest. From CloudWatch.",
    queries: [series(topTen("sum(duration_sum_ms) / nullif(sum(duration_samples), 0)", "duration_average_ms"))],
    unit: units.milliseconds,
    empty: hints.metrics,
  });
}

/**
 * Namesakes in several regions or accounts are told apart. As an array, the names are known before the minutes are read,
 * and those of other functions are not.
 */
function topTen(order: string, value: string): string {
  return `
    WITH top AS MATERIALIZED (
      SELECT account_id, region, function_name,
        function_name || CASE WHEN count(*) OVER (PARTITION BY function_name) > 1
          THEN concat(' (', region, ', ', account_id, ')') ELSE '' END AS metric
      FROM firefly.lambda_activity(${range})
      WHERE ${chosen()}
      GROUP BY account_id, region, function_name
      HAVING ${order} IS NOT NULL
      ORDER BY ${order} DESC, function_name, region, account_id
      LIMIT 10
    )
    SELECT activity.time, top.metric, activity.${value} AS value
    FROM firefly.lambda_activity(${steps}) AS activity
    JOIN top USING (account_id, region, function_name)
    WHERE activity.function_name = ANY (ARRAY(SELECT function_name FROM top)) AND activity.${value} IS NOT NULL
    ORDER BY 1, 2
    LIMIT 20000`;
}
