import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type { DataTransformerConfig, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";

import { promql, promqlInstant } from "../parts/promql";
import { sources } from "../parts/sources";
import { type Stat, stat } from "./stat";
import { type Table, table } from "./table";

/** One number, of one moment. */
export function prometheusStat(panel: Omit<Stat, "sql"> & { expression: string }): Panel {
  const query = promql(panel.expression, "value").instant().format(PromQueryFormat.TimeSeries);
  const made = asking(stat({ ...panel, sql: "" }), [query]);
  const options = made.options as { reduceOptions: object };
  // Numbers alone: Prometheus answers a time beside them.
  return { ...made, options: { ...options, reduceOptions: { ...options.reduceOptions, fields: "" } } };
}

/** Rows of one moment: the labels, and a column `Value #A` for each expression by its letter. */
export function prometheusTable(
  panel: Omit<Table, "sql"> & { labels: string[]; expressions: Record<string, string>; sortBy: string },
): Panel {
  const expressions = Object.entries(panel.expressions);
  const queries = expressions.map(([letter, expression]) => promqlInstant(expression, "", letter));
  const order = [...panel.labels, ...expressions.map(([letter]) => `Value #${letter}`)];
  const transformations: DataTransformerConfig[] = [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
        renameByName: {},
      },
    },
  ];
  const made = asking(table({ ...panel, sql: "" }), queries);
  const options = made.options as object;
  return { ...made, transformations, options: { ...options, sortBy: [{ displayName: panel.sortBy, desc: true }] } };
}

function asking(panel: Panel, queries: Builder<Dataquery>[]): Panel {
  return { ...panel, datasource: sources.metrics, targets: queries.map((query) => query.build()) };
}
