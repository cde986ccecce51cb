import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { home } from "./home";
import { serviceMap } from "./service_map";

/** Every dashboard, by the name of its file. */
export const dashboards: Record<string, () => Dashboard> = {
  home,
  "service-map": serviceMap,
};
