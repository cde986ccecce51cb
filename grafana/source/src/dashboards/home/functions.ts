import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { errorLimits } from "../../figures";
import { table } from "../../panels";
import { hints } from "../../parts/hints";
import { functionOf, toFunction, toFunctionColumns } from "../../parts/links";
import { palette } from "../../parts/palette";
import { severities } from "../../parts/severities";
import { chosen, chosenSpans, range, steps } from "../../parts/sql";
import { units } from "../../parts/units";

/**
 * Every function, those in trouble first. The trend is written with block characters: Grafana's own sparklines need a
 * transformation that 9.4 does not have, and a second query.
 */
export function functions(): Panel {
  return table({
    title: "Functions",
    description:
      "Every function that is known, in trouble or busiest first. Health is the worst of its insights. Invocations, errors, durations and throttles are CloudWatch's; cold starts are from spans. A row opens the function.",
    sql: `
      WITH listed AS MATERIALIZED (
        SELECT * FROM firefly.functions_between(${range})
        WHERE ${chosenSpans()}
        ORDER BY array_position(ARRAY['critical', 'warning', 'ok', 'idle'], health), invocations DESC NULLS LAST,
          function_name
        LIMIT 500
      ), counted AS MATERIALIZED (
        SELECT account_id, region, function_name,
          jsonb_object_agg(extract(epoch FROM time)::bigint, invocations) AS counts,
          max(invocations) AS most
        FROM firefly.lambda_activity(${steps})
        WHERE ${chosen()}
        GROUP BY account_id, region, function_name
      )
      SELECT
        listed.health, listed.function_name, listed.invocations, trend.trend, listed.error_rate,
        listed.duration_average_ms, listed.duration_maximum_ms, listed.throttles, listed.cold_starts,
        listed.cold_start_rate, listed.memory_mb, listed.cost, listed.insights, listed.runtime, listed.last_seen,
        listed.account_id, listed.region, ${functionOf("listed")}
      FROM listed
      LEFT JOIN counted USING (account_id, region, function_name)
      LEFT JOIN LATERAL (
        SELECT string_agg(
          substr('▁▂▃▄▅▆▇█', 1 + ceil(7 * coalesce((counted.counts ->> extract(epoch FROM step)::bigint::text)::double precision, 0)
            / nullif(counted.most, 0))::integer, 1), '' ORDER BY step) AS trend
        FROM generate_series(
          date_bin('$__interval', $__timeFrom(), 'epoch'), $__timeTo()::timestamptz, '$__interval'::interval) AS step
      ) AS trend ON counted.most > 0
      ORDER BY array_position(ARRAY['critical', 'warning', 'ok', 'idle'], listed.health),
        listed.invocations DESC NULLS LAST, listed.function_name
      LIMIT 500`,
    // The number of steps of the trend.
    maxDataPoints: 24,
    columns: {
      health: { title: "Health", width: 100, words: severities, cell: "text" },
      function_name: { title: "Function", links: [toFunction("Open this function", toFunctionColumns)] },
      invocations: { title: "Invocations", unit: units.count, width: 110 },
      trend: { title: "Trend", width: 190, colour: palette.invocations, cell: "text" },
      error_rate: { title: "Errors", unit: units.percent, decimals: 2, width: 90, limits: errorLimits, cell: "text" },
      duration_average_ms: { title: "Average", unit: units.milliseconds, width: 95 },
      duration_maximum_ms: { title: "Longest", unit: units.milliseconds, width: 95 },
      throttles: {
        title: "Throttles",
        unit: units.count,
        width: 90,
        limits: { below: palette.ok, from: [[1, palette.throttles]] },
        cell: "text",
      },
      cold_starts: { title: "Cold starts", unit: units.count, width: 105 },
      cold_start_rate: { title: "Cold", unit: units.percent, decimals: 1, width: 80 },
      memory_mb: { title: "Memory", unit: units.mebibytes, width: 95 },
      cost: { title: "Cost", unit: units.dollars, width: 95 },
      insights: { title: "Insights", unit: units.count, width: 80 },
      runtime: { title: "Runtime", width: 110 },
      last_seen: { title: "Last seen", unit: units.time, width: 170 },
      account_id: { title: "Account", width: 130 },
      region: { title: "Region", width: 120 },
    },
    hidden: Object.values(toFunctionColumns),
    empty: hints.metrics,
  });
}
