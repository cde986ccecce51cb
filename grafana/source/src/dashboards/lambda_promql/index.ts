import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { text } from "../../panels/index";
import { dashboard } from "../../parts/frame";
import { row } from "../../parts/layout";
import { uids } from "../../parts/uids";
import { functions, numbers } from "./figures";
import { averages, concurrency, durations, errorRates, errors, invocations, throttles } from "./graphs";
import { variables } from "./variables";

const about = text({
  title: "How these queries are written",
  description: "What to mind when you write your own over the same data source.",
  markdown: `Every panel here asks the **Prometheus** data source. Its points are what CloudWatch counted in a minute, not counters:

- \`sum_over_time(…[$__interval])\` adds them up; \`rate\` and \`increase\` are wrong.
- A window as long as the step has each minute in exactly one step.
- \`dimension_Resource=""\` keeps the dimension set of the function alone. Without it, invocations count twice and more.
- An average is \`duration_sum\` by \`duration_sample_count\`, never an average of averages.`,
});

/** Lambda (PromQL): the overview of the functions through the Prometheus data source alone. */
export function lambdaPromql(): Dashboard {
  return dashboard({
    title: "Lambda (PromQL)",
    uid: uids.lambdaPromql,
    description: "The functions through the Prometheus data source alone: a pattern for dashboards of your own.",
    variables,
    rows: [
      row(4, ...numbers),
      row(8, invocations, errors, errorRates),
      row(8, averages, durations),
      row(8, throttles, concurrency),
      row(10, functions),
      row(6, about),
    ],
  });
}
