import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { table } from "../../panels";
import { hints } from "../../parts/hints";
import { toTrace } from "../../parts/links";
import { palette } from "../../parts/palette";
import { range } from "../../parts/sql";
import { units } from "../../parts/units";

/** Exceptions, the equal ones together. */
export function exceptions(): Panel {
  return table({
    title: "Exceptions",
    description:
      "Exceptions that spans of the functions recorded, those of the same type and message together, the most frequent first. A row opens the newest trace with it.",
    emptyWhen: "while no span records an exception.",
    sql: `
      SELECT
        type, message, occurrences, function_name, first_seen, last_seen,
        replace(sample_trace_id::text, '-', '') AS trace_id
      FROM (
        SELECT *, coalesce(function_name, service_name) AS name
        FROM firefly.exceptions_between(${range})
      ) AS exception
      WHERE name IN (\${function:sqlstring})
      ORDER BY occurrences DESC, last_seen DESC
      LIMIT 100`,
    columns: {
      type: {
        title: "Exception",
        width: 200,
        colour: palette.errors,
        cell: "text",
        links: [toTrace("Open the newest trace with it")],
      },
      message: { title: "Message", wrap: true, links: [toTrace("Open the newest trace with it")] },
      occurrences: { title: "Times", unit: units.count, width: 80 },
      function_name: { title: "Function", width: 200 },
      first_seen: { title: "First", unit: units.time, width: 170 },
      last_seen: { title: "Last", unit: units.time, width: 170 },
      trace_id: { title: "Newest trace", width: 290, links: [toTrace()] },
    },
    empty: hints.exceptions,
  });
}
