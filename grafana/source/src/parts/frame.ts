import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type VariableModel,
} from "@grafana/grafana-foundation-sdk/dashboard";

import { place, type Row } from "./layout";
import { tag, type Uid, uids } from "./uids";

/** The oldest number of a schema that every supported Grafana takes as it is. */
const schemaVersion = 39;

/** What a dashboard is made of. */
export interface Frame {
  title: string;
  uid: Uid;
  /** Which question it answers. */
  description: string;
  tags?: string[];
  /** Where the time range begins at first, such as `now-6h`. */
  since?: string;
  variables: Builder<VariableModel>[];
  annotations?: Builder<AnnotationQuery>[];
  rows: Row[];
}

/** A dashboard: the same frame, links and habits for all. */
export function dashboard(frame: Frame): Dashboard {
  const builder = new DashboardBuilder(frame.title)
    .id(null)
    .uid(frame.uid)
    .description(frame.description)
    .tags([tag, ...(frame.tags ?? [])])
    .timezone("browser")
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh("1m")
    .time({ from: frame.since ?? "now-3h", to: "now" })
    .links(links())
    .variables(frame.variables)
    .annotations(frame.annotations ?? []);
  const built = builder.build();
  // What nobody needs: links hidden in a menu, steps of variables that are no intervals, and the text of a query of a
  // variable once more.
  for (const link of built.links ?? []) delete link.placement;
  for (const variable of built.templating.list ?? []) {
    Object.assign(variable, { auto: undefined, auto_min: undefined, auto_count: undefined, definition: undefined });
  }
  return { ...built, schemaVersion, panels: place(frame.rows) };
}

function links(): DashboardLinkBuilder[] {
  const home = new DashboardLinkBuilder("Home")
    .type(DashboardLinkType.Link)
    .url(`/d/${uids.home}`)
    .icon("bolt")
    .tooltip("Every function, and what needs attention");
  const others = new DashboardLinkBuilder("Firefly")
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(true)
    .tooltip("The other dashboards");
  return [home, others].map((link) => link.keepTime(true).includeVars(true).targetBlank(false));
}
