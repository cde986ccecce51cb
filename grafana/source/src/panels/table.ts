import { TableCellHeight } from "@grafana/grafana-foundation-sdk/common";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/table";

import { noCell } from "../parts/hints";
import { sources } from "../parts/sources";
import { rows } from "../parts/sql";
import type { DataLink } from "../parts/links";
import type { Unit } from "../parts/units";
import { describe, type Described, fixedColour, type Limits, type Property, thresholds } from "./panel";

/** Rows. */
export interface Table extends Described {
  sql: string;
  /** What each column of the query looks like, by its name. */
  columns: Record<string, Column>;
  /** Columns of the query that only links need. */
  hidden?: string[];
  /** How many steps `$__interval` makes of the time range. */
  maxDataPoints?: number;
  /** What it says without rows. */
  empty: string;
}

/** A column. */
export interface Column {
  title: string;
  unit?: Unit;
  decimals?: number;
  width?: number;
  links?: DataLink[];
  /** Text, and colour, instead of a value. */
  words?: Record<string, { text: string; colour: string }>;
  /** Colours the text, or with `background` the cell, by the limits that the value reaches. */
  limits?: Limits;
  colour?: string;
  /** What is coloured: the text, the cell, or a bar in it as long as the value. */
  cell?: "text" | "background" | "gauge";
  /** The longest bar of a gauge. */
  max?: number;
  /** Long text wraps in its cell. */
  wrap?: boolean;
}

/** A table. */
export function table(panel: Table): Panel {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(describe(panel))
    .datasource(sources.sql)
    .withTarget(rows(panel.sql))
    .noValue(panel.empty)
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .filterable(true)
    .overrideByRegexp("/.*/", [{ id: "noValue", value: noCell }]);
  if (panel.maxDataPoints !== undefined) builder.maxDataPoints(panel.maxDataPoints).interval("1m");
  for (const [name, column] of Object.entries(panel.columns)) builder.overrideByName(name, properties(column));
  for (const name of panel.hidden ?? []) builder.overrideByName(name, hiding);
  const built = builder.build();
  // Gone since Grafana 13, which has the footer in each field.
  delete (built.options as { footer?: unknown }).footer;
  return built;
}

/** Grafana hid columns by the first until 12.1, and does by the second since. */
const hiding: Property[] = [
  { id: "custom.hidden", value: true },
  { id: "custom.hideFrom", value: { viz: true, legend: false, tooltip: false } },
];

function properties(column: Column): Property[] {
  const found: Property[] = [{ id: "displayName", value: column.title }];
  if (column.unit !== undefined) found.push({ id: "unit", value: column.unit });
  if (column.decimals !== undefined) found.push({ id: "decimals", value: column.decimals });
  if (column.width !== undefined) found.push({ id: "custom.width", value: column.width });
  if (column.max !== undefined) found.push({ id: "min", value: 0 }, { id: "max", value: column.max });
  if (column.links !== undefined) found.push({ id: "links", value: column.links });
  if (column.colour !== undefined) found.push(fixedColour(column.colour));
  if (column.limits !== undefined) {
    found.push({ id: "thresholds", value: thresholds(column.limits) }, { id: "color", value: { mode: "thresholds" } });
  }
  if (column.words !== undefined) found.push({ id: "mappings", value: mappings(column.words) });
  return [...found, ...cell(column)];
}

function mappings(words: NonNullable<Column["words"]>): unknown[] {
  const options = Object.entries(words).map(([value, { text, colour }], index) => [
    value,
    { text, color: colour, index },
  ]);
  return [{ type: "value", options: Object.fromEntries(options) as unknown }];
}

/** `cellOptions` is Grafana's name since 9.5, `displayMode` the one before; each leaves the other alone. */
function cell(column: Column): Property[] {
  const wrap = column.wrap === true ? { wrapText: true } : {};
  switch (column.cell) {
    case "background":
      return [
        { id: "custom.cellOptions", value: { type: "color-background", mode: "basic", ...wrap } },
        { id: "custom.displayMode", value: "color-background-solid" },
      ];
    case "gauge":
      return [
        { id: "custom.cellOptions", value: { type: "gauge", mode: "basic", valueDisplayMode: "text" } },
        { id: "custom.displayMode", value: "basic" },
      ];
    case "text":
      return [
        { id: "custom.cellOptions", value: { type: "color-text", ...wrap } },
        { id: "custom.displayMode", value: "color-text" },
      ];
    case undefined:
      return column.wrap === true ? [{ id: "custom.cellOptions", value: { type: "auto", wrapText: true } }] : [];
  }
}
