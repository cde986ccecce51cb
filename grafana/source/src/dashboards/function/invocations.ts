import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { timeSeries } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { chosen, series, steps } from "../../parts/sql";
import { units } from "../../parts/units";

/** Invocations by how they ended. */
export function invocations(): Panel {
  return timeSeries({
    title: "Invocations",
    description: "Invocations by how they ended; a bar's whole height is all of them. From CloudWatch.",
    queries: [
      series(`
        SELECT time, sum(errors) AS failed, sum(invocations - coalesce(errors, 0)) AS succeeded
        FROM firefly.lambda_activity(${steps})
        WHERE ${chosen()}
        GROUP BY time
        ORDER BY time
        LIMIT 5000`),
    ],
    unit: units.count,
    draw: "bars",
    stacked: true,
    series: {
      failed: { colour: palette.errors },
      succeeded: { colour: palette.invocations },
    },
    empty: hints.metrics,
  });
}

/** The share of invocations that failed. */
export function errorRate(): Panel {
  return timeSeries({
    title: "Error rate",
    description: "Share of the invocations that failed. From CloudWatch.",
    queries: [
      series(`
        SELECT time, 100 * sum(errors) / nullif(sum(invocations), 0) AS errors
        FROM firefly.lambda_activity(${steps})
        WHERE ${chosen()}
        GROUP BY time
        ORDER BY time
        LIMIT 5000`),
    ],
    unit: units.percent,
    series: { errors: { colour: palette.errors } },
    empty: hints.metrics,
  });
}
