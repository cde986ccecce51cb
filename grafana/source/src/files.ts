import { join } from "node:path";

import { dashboards } from "./dashboards";

/** Where Grafana reads the dashboards. */
export const folder = join(__dirname, "..", "..", "dashboards");

/** The files as they have to be: name and text. The same sources always give the same text. */
export function written(): [string, string][] {
  return Object.entries(dashboards).map(([name, make]) => [`${name}.json`, `${JSON.stringify(make(), null, 2)}\n`]);
}
