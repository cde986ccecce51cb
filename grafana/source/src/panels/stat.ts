import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from "@grafana/grafana-foundation-sdk/common";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/stat";

import { noCell } from "../parts/hints";
import { palette } from "../parts/palette";
import { sources } from "../parts/sources";
import { rows } from "../parts/sql";
import type { Unit } from "../parts/units";
import { describe, type Described, fixedColour, type Limits, thresholds } from "./panel";

/** One number. */
export interface Stat extends Described {
  /** One row with the column `value`, and for a comparison `change` as well, in percent. */
  sql: string;
  unit: Unit;
  decimals?: number;
  colour: string;
  limits?: Limits;
  /** What it says without a value. */
  empty: string;
}

/** A number in its colour, or in that of its limits. */
export function stat(panel: Stat): Panel {
  return numbers(panel).textMode(BigValueTextMode.Value).build();
}

/** What it means that a number went up. */
export type Rise = "bad" | "neutral";

/** How a change is told: in percent of the number before, or in percentage points. */
export type Change = "relative" | "points";

/** A number beside its change against the week before. */
export function statWithChange(panel: Stat, rise: Rise, change: Change = "relative"): Panel {
  return numbers(panel)
    .textMode(BigValueTextMode.ValueAndName)
    .overrideByName("value", [{ id: "displayName", value: "now" }])
    .overrideByName("change", [
      {
        id: "displayName",
        value: change === "relative" ? "against the week before" : "points against the week before",
      },
      { id: "unit", value: change === "relative" ? "percent" : "short" },
      { id: "decimals", value: change === "relative" ? 0 : 2 },
      { id: "noValue", value: noCell },
      { id: "thresholds", value: thresholds(rise === "bad" ? worsening[change] : indifferent) },
      { id: "color", value: { mode: "thresholds" } },
    ])
    .build();
}

const indifferent: Limits = { below: palette.idle, from: [] };

const worsening: Record<Change, Limits> = {
  relative: {
    below: palette.ok,
    from: [
      [10, palette.warning],
      [50, palette.critical],
    ],
  },
  points: {
    below: palette.ok,
    from: [
      [0.5, palette.warning],
      [2, palette.critical],
    ],
  },
};

function numbers(panel: Stat): PanelBuilder {
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(describe(panel))
    .datasource(sources.sql)
    .withTarget(rows(panel.sql))
    .unit(panel.unit)
    .noValue(panel.empty)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .orientation(VizOrientation.Vertical)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("/.*/").values(false));
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  const look =
    panel.limits === undefined
      ? [fixedColour(panel.colour)]
      : [
          { id: "thresholds", value: thresholds(panel.limits) },
          { id: "color", value: { mode: "thresholds" } },
        ];
  return builder.overrideByName("value", look);
}
