import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { limitLook, timeSeries } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { chosen, limitLine, series, steps } from "../../parts/sql";
import { units } from "../../parts/units";

/** Durations, up to the timeout. */
export function duration(): Panel {
  return timeSeries({
    title: "Duration",
    description:
      "How long invocations took. The percentiles are there if the metric stream sends them; of several minutes or functions they are the highest. The dashed line is the timeout from firefly.function_config, where the chosen functions have the same. From CloudWatch.",
    queries: [
      series(`
        SELECT time,
          sum(duration_sum_ms) / nullif(sum(duration_samples), 0) AS average,
          max(duration_maximum_ms) AS maximum
        FROM firefly.lambda_activity(${steps})
        WHERE ${chosen()}
        GROUP BY time
        ORDER BY time
        LIMIT 5000`),
      series(
        `
        SELECT time, max(duration_p95_ms) AS p95, max(duration_p99_ms) AS p99
        FROM firefly.lambda_latency(${steps})
        WHERE ${chosen()}
        GROUP BY time
        ORDER BY time
        LIMIT 5000`,
        "B",
      ),
      series(limitLine("timeout_ms", "timeout", "firefly.function_config"), "C"),
    ],
    unit: units.milliseconds,
    series: {
      average: { colour: palette.duration },
      p95: { colour: palette.durationP95 },
      p99: { colour: palette.durationP99 },
      maximum: { colour: palette.durationMaximum },
      timeout: limitLook("timeout"),
    },
    empty: hints.metrics,
  });
}
