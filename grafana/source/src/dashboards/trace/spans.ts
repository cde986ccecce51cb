import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { table } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { outcomes } from "../../parts/severities";
import { ofTrace } from "../../parts/trace_id";
import { units } from "../../parts/units";

/** The spans of the trace, those that failed first. */
export function spans(): Panel {
  return table({
    title: "Spans",
    description: "The spans of the trace: those that failed first, then in the order of time.",
    emptyWhen: "until a trace is chosen.",
    sql: `
      SELECT
        status, service_name, name, kind,
        extract(epoch FROM start_time - min(start_time) OVER ())::double precision * 1000 AS after_ms,
        duration_ms, status_message
      FROM firefly.span
      WHERE ${ofTrace}
      ORDER BY status = 'error' DESC, start_time, start_nanos, span_id
      LIMIT 1000`,
    columns: {
      status: { title: "Outcome", width: 95, words: outcomes, cell: "text" },
      service_name: { title: "Service", width: 150 },
      name: { title: "Span" },
      kind: { title: "Kind", width: 80 },
      after_ms: { title: "Began after", unit: units.milliseconds, width: 100 },
      duration_ms: { title: "Duration", unit: units.milliseconds, width: 150, colour: palette.duration, cell: "gauge" },
      status_message: { title: "Message" },
    },
    empty: hints.trace,
  });
}
