import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { text } from "../../panels/index";
import { dashboard } from "../../parts/frame";
import { heading, row } from "../../parts/layout";
import { uids } from "../../parts/uids";
import { deadLetters, reasons } from "./dead_letters";
import { lag, lagTrend, outcome, quiet, received, receivedTrend, setAside, sources } from "./deliveries";
import { databaseSize, newest, newSeries, perDay, tables, waiting } from "./storage";

const check = text({
  title: "If something is missing",
  description: "What to check, along the way of the data.",
  markdown: `| what is missing | what to check |
|---|---|
| all metrics | CloudWatch: does the metric stream run, and does it include the namespace? Firehose: its delivery errors, its S3 backup, the endpoint's URL and access key. \`firefly-firehose\`: both permissions of its URL, answers other than 200 in its log |
| metrics of one account or region | a metric stream belongs to one region; accounts need one each, or to be linked |
| all spans | the exporter's URL (without a path) and key; \`firefly-otlp\`: answers other than 200 in its log |
| spans of one function | its layer and \`AWS_LAMBDA_EXEC_WRAPPER\`; sampling; time to export before the instance freezes |
| calls on the service map | W3C trace context: \`OTEL_PROPAGATORS=tracecontext,baggage\`; the newest seven minutes are always missing |
| percentiles | additional statistics of the metric stream |
| this dashboard's numbers, while others have data | migrations: numbers of deliveries begin with the release that counts them |`,
});

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
      row(8, check),
      heading("Dead letters"),
      row(8, [reasons, 16], [deadLetters, 8]),
      heading("Storage"),
      row(8, perDay, newSeries),
      row(11, tables),
    ],
  });
}
