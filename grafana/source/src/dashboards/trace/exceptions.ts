import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { table } from "../../panels";
import { palette } from "../../parts/palette";
import { ofTrace } from "../../parts/trace_id";
import { units } from "../../parts/units";

/** The exceptions of the trace, in the order of time. */
export function exceptions(): Panel {
  return table({
    title: "Exceptions",
    description:
      "Exceptions that the spans of the trace recorded, the first one first: it is often the cause of the others.",
    emptyWhen: "where the trace has no exception, or none is chosen.",
    sql: `
      SELECT
        attributes ->> 'exception.type' AS type,
        attributes ->> 'exception.message' AS message,
        coalesce(function_name, service_name) AS function,
        span_name, time
      FROM firefly.span_event
      WHERE ${ofTrace} AND name = 'exception'
      ORDER BY time, span_id, position
      LIMIT 50`,
    columns: {
      type: { title: "Exception", width: 170, colour: palette.errors, cell: "text" },
      message: { title: "Message", wrap: true },
      function: { title: "Function", width: 150 },
      span_name: { title: "Span", width: 150 },
      time: { title: "When", unit: units.time, width: 170 },
    },
    empty: "No exception in this trace. Spans that failed without one are in the table of spans.",
  });
}

/** Where the exceptions came from: a line of text a row, which every Grafana shows as it is. */
export function stackTrace(): Panel {
  return table({
    title: "Stack trace",
    description: "The stack traces of the exceptions, in the same order, as the runtimes wrote them.",
    emptyWhen: "where no exception has a stack trace.",
    sql: `
      SELECT line.text AS line
      FROM (
        SELECT attributes ->> 'exception.stacktrace' AS stack, time, span_id, position
        FROM firefly.span_event
        WHERE ${ofTrace} AND name = 'exception' AND attributes ? 'exception.stacktrace'
        ORDER BY time, span_id, position
        LIMIT 10
      ) AS exception
      CROSS JOIN LATERAL regexp_split_to_table(exception.stack, '\\r?\\n') WITH ORDINALITY AS line (text, number)
      ORDER BY exception.time, exception.span_id, exception.position, line.number
      LIMIT 500`,
    columns: { line: { title: "Line", wrap: true } },
    empty: "No stack trace in this trace.",
  });
}
