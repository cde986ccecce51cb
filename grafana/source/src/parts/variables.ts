import {
  CustomVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";

import { dedent } from "./sql";
import { sources } from "./sources";

const inAccounts = "(account_id IS NULL OR account_id IN (${account:sqlstring}))";
const inRegions = "(region IS NULL OR region IN (${region:sqlstring}))";

/** Stands in for values while there are none, as `IN ()` is no SQL. */
const nothing = "none yet";

/** Functions that ran since the start of the time range, from the catalogues of metrics and of spans. */
const known = `
    SELECT account_id, region, labels ->> 'FunctionName' AS function_name
    FROM firefly.series
    WHERE namespace = 'AWS/Lambda' AND labels = jsonb_build_object('FunctionName', labels -> 'FunctionName')
      AND last_seen >= date_trunc('hour', $__timeFrom()::timestamptz)
    UNION
    SELECT attributes ->> 'cloud.account.id', attributes ->> 'cloud.region', attributes ->> 'faas.name'
    FROM firefly.resource
    WHERE attributes ? 'faas.name' AND last_seen >= date_trunc('hour', $__timeFrom()::timestamptz)`;

function fromSql(name: string, label: string, description: string, column: string, conditions: string[]) {
  const query = dedent(`
    WITH value AS (
      SELECT DISTINCT ${column} AS value
      FROM (${known.replaceAll("\n", "\n    ")}
      ) AS known
      WHERE ${[`${column} IS NOT NULL`, ...conditions].join("\n        AND ")}
    )
    SELECT value FROM value
    UNION ALL
    SELECT '${nothing}' WHERE NOT EXISTS (SELECT FROM value)
    ORDER BY 1
    LIMIT 5000`);
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(sources.sql)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ["All"], value: ["$__all"] });
}

/** Account, region and function, each choosing among what the ones before it leave. */
export function scopeVariables(hide: VariableHide = VariableHide.DontHide): QueryVariableBuilder[] {
  return [
    fromSql("account", "Account", "AWS accounts whose functions are shown.", "account_id", []),
    fromSql("region", "Region", "AWS regions whose functions are shown.", "region", [inAccounts]),
    fromSql("function", "Function", "Functions that are shown.", "function_name", [inAccounts, inRegions]),
  ].map((variable) => variable.hide(hide));
}

/** A text that the reader types. */
export function textVariable(name: string, label: string, description: string): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder(name).label(label).description(description).defaultValue("");
}

/** A choice of one among a few, of which the first is chosen at first. */
export function choiceVariable(
  name: string,
  label: string,
  description: string,
  choices: [text: string, value: string][],
): CustomVariableBuilder {
  const options = choices.map(([text, value], index) => ({ selected: index === 0, text, value }));
  const [first] = options;
  if (first === undefined) throw new Error(`variable ${name} has no choices`);
  return new CustomVariableBuilder(name)
    .label(label)
    .description(description)
    .values(choices.map(([text, value]) => `${text} : ${value}`).join(", "))
    .options(options)
    .current(first)
    .multi(false)
    .includeAll(false);
}
