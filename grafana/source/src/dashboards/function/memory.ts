import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { limitLook, timeSeries } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { limitLine, range, series } from "../../parts/sql";
import { units } from "../../parts/units";

/** Memory in use, up to what is configured. */
export function memory(): Panel {
  return timeSeries({
    title: "Memory",
    description:
      "Most memory that an invocation used, from Lambda Insights (used_memory_max) if the metric stream has its namespace. The dashed line is what is configured, where the chosen functions have the same, from firefly.function_config or spans (faas.max_memory).",
    emptyWhen: "where neither Lambda Insights nor the configuration of the functions is known.",
    queries: [
      series(`
        SELECT date_bin('$__interval', point.time, 'epoch') AS time, max(point.maximum) AS used
        FROM firefly.metric_point AS point
        WHERE point.time >= $__timeFrom() AND point.time < $__timeTo()
          AND point.namespace = 'LambdaInsights' AND point.metric_name = 'used_memory_max'
          AND point.account_id IN (\${account:sqlstring}) AND point.region IN (\${region:sqlstring})
          AND point.dimensions ->> 'function_name' IN (\${function:sqlstring})
          AND point.dimensions = jsonb_build_object('function_name', point.dimensions -> 'function_name')
        GROUP BY 1
        ORDER BY 1
        LIMIT 5000`),
      series(limitLine("memory_mb", "configured", `firefly.costs_between(${range})`), "B"),
    ],
    unit: units.mebibytes,
    series: {
      used: { colour: palette.memory },
      configured: limitLook("configured"),
    },
    empty: hints.memory,
  });
}
