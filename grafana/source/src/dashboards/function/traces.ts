import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Panel, VariableModel } from "@grafana/grafana-foundation-sdk/dashboard";

import { table } from "../../panels";
import { hints } from "../../parts/hints";
import { toTrace } from "../../parts/links";
import { palette } from "../../parts/palette";
import { outcomes } from "../../parts/severities";
import { chosenSpans, range } from "../../parts/sql";
import { units } from "../../parts/units";
import { choiceVariable, textVariable } from "../../parts/variables";

/** The filters of the traces, as variables. */
export function filterVariables(): Builder<VariableModel>[] {
  return [
    choiceVariable("status", "Outcome", "Which invocations the table of traces has.", [
      ["any", "any"],
      ["failed", "error"],
      ["not failed", "ok"],
    ]),
    textVariable(
      "minimum",
      "Longer than (ms)",
      "Shortest duration of an invocation in the table of traces, in milliseconds.",
    ),
    choiceVariable("start", "Start", "Whether the table of traces has cold or warm starts.", [
      ["any", "any"],
      ["cold", "cold"],
      ["warm", "warm"],
    ]),
    textVariable("text", "Text", "Part of an exception, of a request id, of a version or of a trace id."),
  ];
}

/** Invocations with their traces, the newest first, failed ones before all others. */
export function traces(): Panel {
  return table({
    title: "Traces",
    description:
      "Invocations that spans tell of, the failed ones first, then the newest. The filters at the top of the dashboard narrow them down. A row opens the trace.",
    emptyWhen: "while the functions send no traces, or the filters leave none.",
    sql: `
      SELECT
        outcome, start_time, function_name, duration_ms, exception_type, exception_message,
        CASE cold_start WHEN true THEN 'cold' WHEN false THEN 'warm' END AS start,
        version, request_id, replace(trace_id::text, '-', '') AS trace_id
      FROM (
        SELECT *, CASE WHEN status = 'error' OR exception_type IS NOT NULL THEN 'error' ELSE status END AS outcome
        FROM firefly.invocations_between(${range})
      ) AS invocation
      WHERE ${chosenSpans()}
        AND CASE \${status:sqlstring} WHEN 'error' THEN outcome = 'error' WHEN 'ok' THEN outcome <> 'error' ELSE true END
        AND duration_ms >= coalesce(substring(\${minimum:sqlstring} FROM '[0-9]{1,15}(?:[.][0-9]{1,15})?')::double precision, 0)
        AND CASE \${start:sqlstring} WHEN 'cold' THEN cold_start WHEN 'warm' THEN NOT cold_start ELSE true END
        AND strpos(
          lower(concat_ws(' ', exception_type, exception_message, request_id, version, trace_id, replace(trace_id::text, '-', ''))),
          lower(\${text:sqlstring})) > 0
      ORDER BY outcome = 'error' DESC, start_time DESC
      LIMIT 200`,
    columns: {
      outcome: { title: "Outcome", width: 100, words: outcomes, cell: "text" },
      start_time: { title: "Began", unit: units.time, width: 170, links: [toTrace()] },
      function_name: { title: "Function", width: 200 },
      duration_ms: { title: "Duration", unit: units.milliseconds, width: 160, colour: palette.duration, cell: "gauge" },
      exception_type: { title: "Exception", width: 200, colour: palette.errors, cell: "text" },
      exception_message: { title: "Message", links: [toTrace()] },
      start: { title: "Start", width: 70 },
      version: { title: "Version", width: 80 },
      request_id: { title: "Request", width: 290 },
      trace_id: { title: "Trace", width: 290, links: [toTrace()] },
    },
    empty: hints.traces,
  });
}
