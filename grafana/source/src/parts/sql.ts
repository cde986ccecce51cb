import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";

import { sources } from "./sources";

/** How Grafana reads the rows: as they are, or as series by `time`, with a text column `metric` as their name. */
export type SqlFormat = "table" | "time_series";

/** A query to the PostgreSQL data source. */
export class SqlQuery implements Builder<Dataquery> {
  constructor(
    private readonly text: string,
    private readonly format: SqlFormat,
    private readonly refId = "A",
  ) {}

  build(): Dataquery {
    const query = {
      refId: this.refId,
      datasource: sources.sql,
      editorMode: "code",
      format: this.format,
      rawQuery: true,
      rawSql: dedent(this.text),
      _implementsDataqueryVariant: () => undefined,
    };
    return query;
  }
}

/** Rows as they are. */
export function rows(text: string, refId?: string): SqlQuery {
  return new SqlQuery(text, "table", refId);
}

/** Series over time: the columns `time` (in ascending order), at most one text column `metric`, and numbers. */
export function series(text: string, refId?: string): SqlQuery {
  return new SqlQuery(text, "time_series", refId);
}

/** The time range of the dashboard, as the first two arguments of Firefly's functions. */
export const range = "$__timeFrom(), $__timeTo()";

/** The range and the step of a graph. */
export const steps = "$__timeFrom(), $__timeTo(), '$__interval'";

/** The same range a week before. */
export const weekBefore =
  "$__timeFrom()::timestamptz - interval '7 days', $__timeTo()::timestamptz - interval '7 days'";

/**
 * The condition that rows belong to the chosen accounts, regions and functions. Grafana quotes each value as an SQL
 * string, so that a name can be anything.
 */
export function chosen(row?: string): string {
  const of = row === undefined ? "" : `${row}.`;
  return [
    `${of}account_id IN (\${account:sqlstring})`,
    `${of}region IN (\${region:sqlstring})`,
    `${of}function_name IN (\${function:sqlstring})`,
  ].join(" AND ");
}

/** The condition that rows do not belong to accounts or regions other than the chosen ones. */
export function chosenPlaces(row?: string): string {
  const of = row === undefined ? "" : `${row}.`;
  return [
    `(${of}account_id IS NULL OR ${of}account_id IN (\${account:sqlstring}))`,
    `(${of}region IS NULL OR ${of}region IN (\${region:sqlstring}))`,
  ].join(" AND ");
}

/** As `chosen`, for rows that come from spans, which need not say their account and region. */
export function chosenSpans(row?: string): string {
  const of = row === undefined ? "" : `${row}.`;
  return `${chosenPlaces(row)} AND ${of}function_name IN (\${function:sqlstring})`;
}

/**
 * A limit of the chosen functions as a line across the time range; no rows where it is not known, or not the same for
 * all of them.
 */
export function limitLine(column: string, name: string, source: string): string {
  return `
    SELECT moment.time, known.value AS "${name}"
    FROM (SELECT min(${column}) AS value, max(${column}) AS highest FROM ${source} WHERE ${chosen()}) AS known
    CROSS JOIN unnest(ARRAY[$__timeFrom()::timestamptz, $__timeTo()::timestamptz]) AS moment (time)
    WHERE known.value = known.highest
    ORDER BY moment.time
    LIMIT 2`;
}

/** Takes away the indentation that all lines share, and empty lines at the ends. */
export function dedent(text: string): string {
  const lines = text.replace(/^\s*\n|\s+$/g, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared)).join("\n");
}
