import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import {
  type DataSourceRef,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import { FieldColorBuilder, FieldColorModeId, type Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

import { palette } from "../parts/palette";
import { sources } from "../parts/sources";
import type { Unit } from "../parts/units";
import type { DataLink } from "../parts/links";
import { describe, type Described, fixedColour, type Property } from "./panel";

/** Values over time. */
export interface TimeSeries extends Described {
  queries: Builder<Dataquery>[];
  /** The data source of the queries; SQL unless said. */
  source?: DataSourceRef;
  unit: Unit;
  decimals?: number;
  draw?: "line" | "bars";
  stacked?: boolean;
  /** How each series looks, by its name; the others take the classic palette. */
  series?: Record<string, SeriesLook>;
  links?: DataLink[];
  /** What it says without data. */
  empty: string;
}

/** How a series looks. */
export interface SeriesLook {
  colour: string;
  title?: string;
  unit?: Unit;
  /** Drawn as a dashed line of what must not be exceeded. */
  limit?: boolean;
  /** On an axis of its own at the right. */
  right?: boolean;
  /** A line among bars. */
  line?: boolean;
}

/** A limit, such as a timeout. */
export function limitLook(title: string): SeriesLook {
  return { colour: palette.limit, title, limit: true };
}

/** Values over time. CloudWatch has a point a minute, so no step is shorter. */
export function timeSeries(panel: TimeSeries): Panel {
  const bars = panel.draw === "bars";
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(describe(panel))
    .datasource(panel.source ?? sources.sql)
    .targets(panel.queries)
    .interval("1m")
    .maxDataPoints(360)
    .unit(panel.unit)
    .min(0)
    .noValue(panel.empty)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .drawStyle(bars ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineWidth(bars ? 0 : 1)
    .fillOpacity(bars ? 70 : 8)
    .showPoints(bars ? VisibilityMode.Never : VisibilityMode.Auto)
    .pointSize(4)
    .spanNulls(!bars)
    .stacking(
      new StackingConfigBuilder().mode(panel.stacked === true ? StackingMode.Normal : StackingMode.None).group("A"),
    )
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.links !== undefined) builder.overrideByRegexp("/.*/", [{ id: "links", value: panel.links }]);
  for (const [name, look] of Object.entries(panel.series ?? {})) builder.overrideByName(name, properties(look));
  return builder.build();
}

function properties(look: SeriesLook): Property[] {
  const found: Property[] = [fixedColour(look.colour)];
  if (look.title !== undefined) found.push({ id: "displayName", value: look.title });
  if (look.unit !== undefined) found.push({ id: "unit", value: look.unit });
  if (look.right === true) found.push({ id: "custom.axisPlacement", value: "right" });
  if (look.line === true || look.limit === true) {
    found.push(
      { id: "custom.drawStyle", value: "line" },
      { id: "custom.lineWidth", value: 1 },
      { id: "custom.fillOpacity", value: 0 },
    );
  }
  if (look.limit === true) {
    found.push(
      { id: "custom.lineStyle", value: { fill: "dash", dash: [10, 10] } },
      { id: "custom.showPoints", value: "never" },
      { id: "custom.stacking", value: { mode: "none", group: "limit" } },
    );
  }
  return found;
}
