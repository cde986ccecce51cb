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

/** A number beside its change against the week before, in percent. */
export function statWithChange(panel: Stat, rise: Rise): Panel {
  const change: Limits =
    rise === "bad"
      ? {
          below: palette.ok,
          from: [
            [10, palette.warning],
            [50, palette.critical],
          ],
        }
      : { below: palette.idle, from: [] };
  return numbers(panel)
    .textMode(BigValueTextMode.ValueAndName)
    .overrideByName("value", [{ id: "displayName", value: "now" }])
    .overrideByName("change", [
      { id: "displayName", value: "against the week before" },
      { id: "unit", value: "percent" },
      { id: "decimals", value: 0 },
      { id: "noValue", value: noCell },
      { id: "thresholds", value: thresholds(change) },
      { id: "color", value: { mode: "thresholds" } },
    ])
    .build();
}

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
