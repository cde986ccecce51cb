import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { table } from "../../panels";
import { hints } from "../../parts/hints";
import { functionOf, toFunction, toFunctionColumns } from "../../parts/links";
import { severities } from "../../parts/severities";
import { chosenPlaces, range } from "../../parts/sql";
import { units } from "../../parts/units";

/** A limit of a whole region concerns each of its functions, and names none. */
const chosenOrRegion = `(function_name IS NULL OR function_name IN (\${function:sqlstring})) AND ${chosenPlaces()}`;

/** What needs attention, the worst first. */
export function attention(): Panel {
  return table({
    title: "Needs attention",
    description:
      "The rules that fire in the time range, by firefly.insights_between. Their thresholds are in the table firefly.insight_rule.",
    emptyWhen: "while nothing needs attention.",
    sql: `
      SELECT
        severity, function_name, title,
        concat_ws(' ', trim_scale(round(value::numeric, 1)), unit) AS value,
        concat_ws(' ', trim_scale(round(threshold::numeric, 1)), unit) AS threshold,
        since, advice, account_id, region, ${functionOf("insight")}
      FROM firefly.insights_between(${range}) AS insight
      WHERE ${chosenOrRegion}
      ORDER BY severity = 'critical' DESC, since, function_name, rule
      LIMIT 200`,
    columns: {
      severity: { title: "Severity", width: 110, words: severities, cell: "text" },
      function_name: { title: "Function", width: 220, links: [toFunction("Open this function", toFunctionColumns)] },
      title: { title: "What", width: 260 },
      value: { title: "Value", width: 120 },
      threshold: { title: "Threshold", width: 120 },
      since: { title: "Since", unit: units.time, width: 170 },
      advice: { title: "What to do", wrap: true },
      account_id: { title: "Account", width: 130 },
      region: { title: "Region", width: 120 },
    },
    hidden: Object.values(toFunctionColumns),
    empty: hints.insights,
  });
}
