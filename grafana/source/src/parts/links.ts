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

/** A link to Function for the account, region and function of the row. */
export function toFunction(title = "Open this function"): DataLink {
  return toDashboard(title, "firefly-function", {
    account: column("account_id"),
    region: column("region"),
    function: column("function_name"),
  });
}

/** A link to Trace for the trace of the row, in column `trace_id` unless another is named. */
export function toTrace(title = "Open this trace", traceId = "trace_id"): DataLink {
  return toDashboard(title, "firefly-trace", { traceID: column(traceId) });
}
