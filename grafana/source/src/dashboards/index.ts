import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { functionDashboard } from "./function/index";
import { home } from "./home/index";

/** Every dashboard, by the name of its file. */
export const dashboards: Record<string, () => Dashboard> = {
  home,
  function: functionDashboard,
};
