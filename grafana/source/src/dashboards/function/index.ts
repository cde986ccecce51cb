import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { figures } from "../../figures";
import { deployments } from "../../parts/annotations";
import { dashboard } from "../../parts/frame";
import { heading, row } from "../../parts/layout";
import { uids } from "../../parts/uids";
import { scopeVariables } from "../../parts/variables";
import { coldStarts } from "./cold_starts";
import { concurrency, throttles } from "./concurrency";
import { duration } from "./duration";
import { exceptions } from "./exceptions";
import { errorRate, invocations } from "./invocations";
import { memory } from "./memory";
import { filterVariables, traces } from "./traces";

/** One function, or those that are chosen, in full. */
export function functionDashboard(): Dashboard {
  return dashboard({
    title: "Function",
    uid: uids.function,
    description: "What is wrong with a function, since when, and in which traces? Click a trace to see it.",
    variables: [...scopeVariables(), ...filterVariables()],
    annotations: [deployments()],
    rows: [
      row(4, figures.invocations(), figures.errorRate(), figures.averageDuration(), figures.throttles()),
      heading("What failed"),
      row(8, exceptions()),
      row(12, traces()),
      heading("How it ran"),
      row(8, invocations(), errorRate()),
      row(8, duration(), concurrency()),
      row(8, throttles(), coldStarts(), memory()),
    ],
  });
}
