import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/nodegraph";

import { sources } from "../parts/sources";
import type { DataLink } from "../parts/links";
import { describe, type Described, fixedColour } from "./panel";

/** Circles and what goes between them. */
export interface NodeGraph extends Described {
  /**
   * Nodes first: `id, title, subtitle, mainstat, secondarystat, arc__…`, of which the arcs add to 1; then edges:
   * `id, source, target, mainstat, secondarystat`. Or one query for a trace.
   */
  queries: Builder<Dataquery>[];
  /** The data source of the queries; SQL unless said. */
  source?: DataSourceRef;
  mainStatUnit?: string;
  secondaryStatUnit?: string;
  /** Units of the edges where they are not those of the nodes. */
  edgeUnits?: { main: string; secondary: string };
  /** The colour of each arc, by its column. */
  arcs?: Record<string, string>;
  /** Links by the column whose menu has them, such as `id`. */
  links?: Record<string, DataLink[]>;
  /** What it says without data. */
  empty: string;
}

/** A node graph. */
export function nodeGraph(panel: NodeGraph): Panel {
  const arcs = Object.entries(panel.arcs ?? {});
  const stats = { mainStatUnit: panel.mainStatUnit, secondaryStatUnit: panel.secondaryStatUnit };
  const { main, secondary } = panel.edgeUnits ?? { main: panel.mainStatUnit, secondary: panel.secondaryStatUnit };
  const edgeStats = { mainStatUnit: main, secondaryStatUnit: secondary };
  const builder = new PanelBuilder()
    .title(panel.title)
    .description(describe(panel))
    .datasource(panel.source ?? sources.sql)
    .targets(panel.queries)
    .noValue(panel.empty)
    .nodes({ build: () => ({ ...stats, arcs: arcs.map(([field, color]) => ({ field, color })) }) })
    .edges({ build: () => edgeStats });
  // Grafana 9.4 colours arcs by the colour of their column alone.
  for (const [field, colour] of arcs) builder.overrideByName(field, [fixedColour(colour)]);
  for (const [field, links] of Object.entries(panel.links ?? {})) {
    builder.overrideByName(field, [{ id: "links", value: links }]);
  }
  return builder.build();
}
