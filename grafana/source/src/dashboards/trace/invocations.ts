import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { table } from "../../panels";
import { logsAddress } from "../../parts/cloudwatch_logs";
import { hints } from "../../parts/hints";
import { functionOf, rawColumn, toFunction, toFunctionColumns } from "../../parts/links";
import { palette } from "../../parts/palette";
import { outcomes } from "../../parts/severities";
import { aroundRange, ofTrace } from "../../parts/trace_id";
import { units } from "../../parts/units";

/** The functions that took part, with the way to their logs. */
export function invocations(): Panel {
  return table({
    title: "Invocations and their logs",
    description:
      "The invocations of Lambda functions in the trace. Logs opens the console of CloudWatch Logs at the log group, the request id and the time of the invocation; it needs a session in the account.",
    emptyWhen: "until a trace is chosen, or where its spans do not say that they are invocations.",
    sql: `
      SELECT
        CASE WHEN invocation.status = 'error' OR invocation.exception_type IS NOT NULL THEN 'error'
          ELSE invocation.status END AS outcome,
        invocation.function_name, invocation.start_time, invocation.duration_ms,
        CASE invocation.cold_start WHEN true THEN 'cold' WHEN false THEN 'warm' END AS start,
        invocation.version, invocation.request_id, invocation.exception_type,
        CASE WHEN address.address IS NOT NULL THEN 'Open the logs' END AS logs,
        invocation.account_id, invocation.region, address.address,
        ${functionOf("invocation")}
      FROM firefly.invocations_between(${aroundRange}) AS invocation
      CROSS JOIN LATERAL (
        SELECT ${logsAddress("invocation").replaceAll("\n", "\n    ")} AS address
      ) AS address
      WHERE ${ofTrace}
      ORDER BY invocation.start_time, invocation.span_id
      LIMIT 200`,
    columns: {
      outcome: { title: "Outcome", width: 100, words: outcomes, cell: "text" },
      function_name: { title: "Function", links: [toFunction("Open this function", toFunctionColumns)] },
      start_time: { title: "Began", unit: units.time, width: 170 },
      duration_ms: { title: "Duration", unit: units.milliseconds, width: 100 },
      start: { title: "Start", width: 70 },
      version: { title: "Version", width: 90 },
      request_id: { title: "Request", width: 290 },
      exception_type: { title: "Exception", width: 160, colour: palette.errors, cell: "text" },
      logs: {
        title: "Logs",
        width: 130,
        links: [{ title: "Open CloudWatch Logs", url: rawColumn("address"), targetBlank: true }],
      },
      account_id: { title: "Account", width: 120 },
      region: { title: "Region", width: 110 },
    },
    hidden: ["address", ...Object.values(toFunctionColumns)],
    empty: hints.trace,
  });
}
