import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { coldStarts } from "./cold_starts";
import { costs } from "./cost";
import { home } from "./home";
import { serviceMap } from "./service_map";

/** Every dashboard, by the name of its file. */
export const dashboards: Record<string, () => Dashboard> = {
  home,
  cost: costs,
  "cold-starts": coldStarts,
  "service-map": serviceMap,
};
