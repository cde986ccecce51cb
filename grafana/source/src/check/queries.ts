import { sources } from "../parts/sources";
import { type Board, type DataSource, queries, variableQuery } from "./dashboard";
import { used } from "./variables";

const known: DataSource[] = Object.values(sources);

/** What tells of the present alone, whatever the time range. */
const withoutTime = new Set([
  "lambda_price",
  "service_edge_bucket",
  "statistic_hour_bucket",
  "storage_table",
  "storage_total",
]);

/** What is wrong with the queries of a dashboard, as far as that can be told without a database. */
export function ofQueries(board: Board): string[] {
  const problems: string[] = [];
  for (const { where, target, fallback } of queries(board)) {
    problems.push(...dataSource(target.datasource ?? fallback).map((problem) => `${where} ${problem}`));
    if (target.rawSql !== undefined) problems.push(...sql(target.rawSql).map((problem) => `${where} ${problem}`));
  }
  for (const panel of board.panels) {
    if (panel.datasource !== undefined) {
      problems.push(...dataSource(panel.datasource).map((problem) => `panel ${panel.id} ${problem}`));
    }
  }
  for (const variable of board.templating.list.filter((one) => one.type === "query")) {
    problems.push(...dataSource(variable.datasource).map((problem) => `variable ${variable.name} ${problem}`));
    if (variable.datasource?.uid === sources.sql.uid) {
      problems.push(...sql(variableQuery(variable)).map((problem) => `variable ${variable.name} ${problem}`));
    }
  }
  return problems;
}

function dataSource(source: DataSource | undefined): string[] {
  if (source === undefined) return ["names no data source"];
  const fits = known.some((one) => one.uid === source.uid && one.type === source.type);
  return fits ? [] : [`asks the data source ${source.type ?? "?"} ${source.uid ?? "?"}, which is not provisioned`];
}

function sql(text: string): string[] {
  const problems: string[] = [];
  for (const { name, format } of used(text)) {
    if (!name.startsWith("__") && format !== "sqlstring") {
      problems.push(`puts the variable ${name} into SQL without the format sqlstring`);
    }
  }
  const relations = [...text.matchAll(/\bfirefly\.(\w+)/g)].map(([, relation]) => relation ?? "");
  const present = relations.length > 0 && relations.every((relation) => withoutTime.has(relation));
  if (!present && !/\$__time(From|To|Filter)\(/.test(text)) problems.push("is not limited to the time range");
  if (!/\bLIMIT \d+$/.test(text.trim()) && !oneRow(text)) problems.push("has no LIMIT at its end");
  // Its arguments end at the first bracket: Grafana cannot read brackets in them.
  for (const [macro] of text.matchAll(/\$__(?:timeFilter|timeGroup|timeGroupAlias)\([^)]*\(/g)) {
    problems.push(`has brackets inside the macro ${macro}`);
  }
  return problems;
}

/** Whether the outermost query adds up everything to one row: its end is not a list of rows. */
function oneRow(text: string): boolean {
  return /^SELECT\b/.test(text.trim()) && !/\b(GROUP BY|ORDER BY)\b/.test(outermost(text));
}

/** The text without what is in brackets. */
function outermost(text: string): string {
  let left = text;
  for (;;) {
    const without = left.replaceAll(/\([^()]*\)/g, "");
    if (without === left) return left;
    left = without;
  }
}
