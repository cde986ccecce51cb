import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { coldStarts } from "./cold_starts/index";
import { costs } from "./cost";
import { functionDashboard } from "./function/index";
import { home } from "./home/index";
import { serviceMap } from "./service_map";

/** Every dashboard, by the name of its file. */
export const dashboards: Record<string, () => Dashboard> = {
  home,
  function: functionDashboard,
  "service-map": serviceMap,
  cost: costs,
  "cold-starts": coldStarts,
};
