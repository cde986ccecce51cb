import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";

import { dedent } from "./sql";
import { sources } from "./sources";

/** Stands in for values while there are none, as `IN ()` is no SQL. */
const nothing = "none yet";

/** Functions that ran since the start of the time range, from the catalogues of metrics and of spans. */
const functions = `
  SELECT account_id, region, labels ->> 'FunctionName' AS function_name
  FROM firefly.series
  WHERE namespace = 'AWS/Lambda' AND labels ? 'FunctionName'
    AND last_seen >= date_trunc('hour', $__timeFrom()::timestamptz)`;

function fromSql(name: string, label: string, description: string, value: string, condition: string) {
  const known = `${functions}${condition === "" ? "" : `\n    AND ${condition}`}`;
  const query = dedent(`
WITH known AS (${known}
)
SELECT ${value} FROM known WHERE ${value} IS NOT NULL GROUP BY 1
UNION ALL SELECT '${nothing}' WHERE NOT EXISTS (SELECT FROM known)
ORDER BY 1 LIMIT 5000`);
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(sources.sql)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ["All"], value: ["$__all"] });
}

/** Account, region and function, each choosing among what the ones before it leave. */
export function scopeVariables(hide: VariableHide = VariableHide.DontHide): QueryVariableBuilder[] {
  const accounts = "account_id IN (${account:sqlstring})";
  const regions = "region IN (${region:sqlstring})";
  return [
    fromSql("account", "Account", "AWS accounts whose functions are shown.", "account_id", ""),
    fromSql("region", "Region", "AWS regions whose functions are shown.", "region", accounts),
    fromSql(
      "function",
      "Function",
      "Functions that are shown.",
      "function_name",
      `${accounts} AND ${regions}`,
    ),
  ].map((variable) => variable.hide(hide));
}

/** A text that the reader types. */
export function textVariable(name: string, label: string, description: string): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder(name).label(label).description(description).defaultValue("");
}
