import type { Uid } from "./uids";

/** A link from a cell or a point, as Grafana's field configuration takes it. */
export interface DataLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

/** The value of a column of the same row, encoded for a URL. */
export function column(name: string): string {
  return `\${__data.fields.${name}:percentencode}`;
}

/** The value of a column of the same row as it is: an address of its own. */
export function rawColumn(name: string): string {
  return `\${__data.fields.${name}:raw}`;
}

/** The variables that say what is looked at; every link passes them on or sets them anew. */
const scope = ["account", "region", "function"] as const;

/**
 * A link to a dashboard that keeps the time range and passes on account, region and function, except for the
 * variables that it sets.
 */
export function toDashboard(title: string, uid: Uid, set: Record<string, string> = {}): DataLink {
  const parameters = [
    ...Object.entries(set).map(([variable, value]) => `var-${variable}=${value}`),
    ...scope.filter((variable) => !(variable in set)).map((variable) => `\${${variable}:queryparam}`),
    "${__url_time_range}",
  ];
  return { title, url: `/d/${uid}?${parameters.join("&")}` };
}

/** The columns of a row that say which function it is about. */
export interface FunctionColumns {
  account: string;
  region: string;
  function: string;
}

/** The columns that `functionOf` makes. */
export const toFunctionColumns = {
  account: "to_account",
  region: "to_region",
  function: "to_function",
} as const satisfies FunctionColumns;

/**
 * The columns of `toFunctionColumns` for rows that need not have an account, a region or a function: what is not known
 * becomes "All". Grafana's word for that is written in two parts, as it is no variable.
 */
export function functionOf(row: string): string {
  const all = "'$' || '__all'";
  return [
    `coalesce(${row}.account_id, ${all}) AS to_account`,
    `coalesce(${row}.region, ${all}) AS to_region`,
    `coalesce(${row}.function_name, ${all}) AS to_function`,
  ].join(", ");
}

/** A link to Function for the account, region and function of the row. */
export function toFunction(
  title = "Open this function",
  columns: FunctionColumns = { account: "account_id", region: "region", function: "function_name" },
): DataLink {
  return toDashboard(title, "firefly-function", {
    account: column(columns.account),
    region: column(columns.region),
    function: column(columns.function),
  });
}

/** A link to Trace for the trace of the row, in column `trace_id` unless another is named. */
export function toTrace(title = "Open this trace", traceId = "trace_id"): DataLink {
  return toDashboard(title, "firefly-trace", { traceID: column(traceId) });
}
