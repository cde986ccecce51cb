import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { limitLook, timeSeries } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { chosen, limitLine, series, steps } from "../../parts/sql";
import { units } from "../../parts/units";

/** Executions at the same time. */
export function concurrency(): Panel {
  return timeSeries({
    title: "Concurrent executions",
    description:
      "Most executions at the same time, of several functions those of the busiest. The dashed line is the reserved concurrency from firefly.function_config, where the chosen functions have the same. From CloudWatch.",
    queries: [
      series(`
        SELECT time, max(concurrent_executions) AS executions
        FROM firefly.lambda_activity(${steps})
        WHERE ${chosen()}
        GROUP BY time
        ORDER BY time
        LIMIT 5000`),
      series(limitLine("reserved_concurrency", "reserved", "firefly.function_config"), "B"),
    ],
    unit: units.count,
    series: {
      executions: { colour: palette.concurrency },
      reserved: limitLook("reserved"),
    },
    empty: hints.metrics,
  });
}

/** Requests that were refused. */
export function throttles(): Panel {
  return timeSeries({
    title: "Throttles",
    description: "Requests that were refused because a limit on concurrent executions was reached. From CloudWatch.",
    queries: [
      series(`
        SELECT time, sum(throttles) AS throttles
        FROM firefly.lambda_activity(${steps})
        WHERE ${chosen()}
        GROUP BY time
        ORDER BY time
        LIMIT 5000`),
    ],
    unit: units.count,
    draw: "bars",
    series: { throttles: { colour: palette.throttles } },
    empty: hints.metrics,
  });
}
