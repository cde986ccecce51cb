import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { dashboard } from "../../parts/frame";
import { heading, row } from "../../parts/layout";
import { uids } from "../../parts/uids";
import { deadLetters, reasons } from "./dead_letters";
import { lag, lagTrend, outcome, quiet, received, receivedTrend, setAside, sources } from "./deliveries";
import { databaseSize, newest, newSeries, perDay, tables, waiting } from "./storage";

/** Pipeline: whether data arrive, how late, what could not be stored, and what all of it takes. */
export function pipeline(): Dashboard {
  return dashboard({
    title: "Pipeline",
    uid: uids.pipeline,
    description: "Do the data arrive, how late, what was set aside, and how much room do they take?",
    since: "now-6h",
    variables: [],
    rows: [
      row(4, quiet, lag, received, setAside, databaseSize, waiting),
      row(8, lagTrend, receivedTrend, outcome),
      row(7, [sources, 14], [newest, 10]),
      heading("Dead letters"),
      row(8, [reasons, 16], [deadLetters, 8]),
      heading("Storage"),
      row(8, perDay, newSeries),
      row(11, tables),
    ],
  });
}
