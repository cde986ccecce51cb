import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { figures } from "../../figures";
import { dashboard } from "../../parts/frame";
import { row } from "../../parts/layout";
import { uids } from "../../parts/uids";
import { scopeVariables } from "../../parts/variables";
import { attention } from "./attention";
import { durationByFunction, errorsByFunction, invocationsByFunction } from "./by_function";
import { functions } from "./functions";

/** Where to look first. */
export function home(): Dashboard {
  return dashboard({
    title: "Home",
    uid: uids.home,
    description: "Which functions need attention, and why? Click a function to see it alone.",
    variables: scopeVariables(),
    rows: [
      row(4, figures.invocations(), figures.errorRate(), figures.averageDuration(), figures.cost()),
      row(8, attention()),
      row(12, functions()),
      row(8, invocationsByFunction(), errorsByFunction(), durationByFunction()),
    ],
  });
}
