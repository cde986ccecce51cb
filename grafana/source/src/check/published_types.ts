/**
 * What Grafana itself publishes of the shape of dashboards, as JSON has it. These types are another source than the
 * SDK that writes the dashboards.
 */
import type {
  AnnotationQuery,
  Dashboard,
  DataQuery,
  FieldConfig,
  FieldConfigSource,
  GraphFieldConfig,
  Panel,
  TableFieldOptions,
} from "@grafana/schema";
import type { Options as BarChartOptions } from "@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen";
import type { Options as NodeGraphOptions } from "@grafana/schema/dist/esm/raw/composable/nodegraph/panelcfg/x/NodeGraphPanelCfg_types.gen";
import type { Options as StatOptions } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type { Options as TableOptions } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type { Options as TextOptions } from "@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen";
import type { Options as TimeSeriesOptions } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

/** A type as JSON has it: the members of enums are their values. */
export type Plain<T> = 0 extends 1 & T
  ? T
  : T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer Value extends number}`
        ? Value
        : never
      : T extends (infer Item)[]
        ? Plain<Item>[]
        : T extends object
          ? { [Key in keyof T]: Plain<T[Key]> }
          : T;

type Drawn<Type extends string, Options, Custom = Record<string, unknown>> = Omit<
  Plain<Panel>,
  "type" | "options" | "fieldConfig"
> & { type: Type; options?: Plain<Partial<Options>>; fieldConfig?: Fields<Custom> };

type Fields<Custom> = Omit<Plain<FieldConfigSource>, "defaults"> & {
  defaults: Omit<Plain<FieldConfig>, "custom"> & { custom?: Plain<Partial<Custom>> };
};

/** A panel of one of the kinds that the dashboards have. */
export type PublishedPanel =
  | Drawn<"barchart", BarChartOptions>
  | Drawn<"nodeGraph", NodeGraphOptions>
  | Drawn<"stat", StatOptions>
  | Drawn<"table", TableOptions, TableFieldOptions>
  | Drawn<"text", TextOptions>
  | Drawn<"timeseries", TimeSeriesOptions, GraphFieldConfig>
  | Drawn<"traces", Record<string, unknown>>
  | { type: "row"; title: string; id: number; collapsed: boolean; gridPos: Plain<Panel["gridPos"]>; panels: never[] };

/** Queries have properties of their own in each data source. */
type PublishedAnnotation = Omit<Plain<AnnotationQuery>, "target"> & {
  target: Plain<DataQuery> & Record<string, unknown>;
};

/** A dashboard. */
export type PublishedDashboard = Omit<Plain<Dashboard>, "panels" | "annotations"> & {
  panels: PublishedPanel[];
  annotations: { list: PublishedAnnotation[] };
};
