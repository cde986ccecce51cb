import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { coldStarts } from "./cold_starts/index";
import { costs } from "./cost";
import { functionDashboard } from "./function/index";
import { home } from "./home/index";
import { lambdaPromql } from "./lambda_promql/index";
import { pipeline } from "./pipeline/index";
import { serviceMap } from "./service_map";
import { trace } from "./trace/index";

/** Every dashboard, by the name of its file. */
export const dashboards: Record<string, () => Dashboard> = {
  home,
  function: functionDashboard,
  trace,
  "service-map": serviceMap,
  cost: costs,
  "cold-starts": coldStarts,
  pipeline,
  "lambda-promql": lambdaPromql,
};
