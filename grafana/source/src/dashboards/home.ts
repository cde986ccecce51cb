import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { statWithChange } from "../panels/stat";
import { dashboard } from "../parts/frame";
import { hints } from "../parts/hints";
import { row } from "../parts/layout";
import { palette } from "../parts/palette";
import { chosen, range, weekBefore } from "../parts/sql";
import { uids } from "../parts/uids";
import { units } from "../parts/units";
import { scopeVariables } from "../parts/variables";

/** Where to look first. */
export function home(): Dashboard {
  const invocations = statWithChange(
    {
      title: "Invocations",
      description: "Invocations that ran, failed ones included, throttled ones not. From CloudWatch.",
      sql: `
        SELECT now.invocations AS value, (now.invocations / nullif(before.invocations, 0) - 1) * 100 AS change
        FROM (SELECT sum(invocations) AS invocations FROM firefly.lambda_activity(${range}) WHERE ${chosen()}) AS now,
          (SELECT sum(invocations) AS invocations FROM firefly.lambda_activity(${weekBefore}) WHERE ${chosen()}) AS before`,
      unit: units.count,
      colour: palette.invocations,
      empty: hints.metrics,
    },
    "neutral",
  );
  return dashboard({
    title: "Firefly / Home",
    uid: uids.home,
    description: "Which functions need attention, and why?",
    variables: scopeVariables(),
    rows: [row(4, invocations)],
  });
}
