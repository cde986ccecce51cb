import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { timeSeries } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { chosenSpans, range, series } from "../../parts/sql";
import { units } from "../../parts/units";

/** Cold starts and their share. */
export function coldStarts(): Panel {
  return timeSeries({
    title: "Cold starts",
    description:
      "Invocations that found no instance ready, and their share of those of which spans say it (faas.coldstart).",
    emptyWhen: "while no spans of the chosen functions say whether they were cold.",
    queries: [
      series(`
        SELECT date_bin('$__interval', start_time, 'epoch') AS time,
          count(*) FILTER (WHERE cold_start) AS "cold starts",
          100.0::double precision * count(*) FILTER (WHERE cold_start) / count(*) AS share
        FROM firefly.invocations_between(${range})
        WHERE ${chosenSpans()} AND cold_start IS NOT NULL
        GROUP BY 1
        ORDER BY 1
        LIMIT 5000`),
    ],
    unit: units.count,
    draw: "bars",
    series: {
      "cold starts": { colour: palette.coldStarts },
      share: { colour: palette.idle, unit: units.percent, right: true, line: true },
    },
    empty: hints.coldStarts,
  });
}
