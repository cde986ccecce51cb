import { type Dashboard, VariableHide } from "@grafana/grafana-foundation-sdk/dashboard";

import { traceView } from "../../panels";
import { dashboard } from "../../parts/frame";
import { hints } from "../../parts/hints";
import { row } from "../../parts/layout";
import { traceIdVariable } from "../../parts/trace_id";
import { uids } from "../../parts/uids";
import { scopeVariables, textVariable } from "../../parts/variables";
import { exceptions, stackTrace } from "./exceptions";
import { invocations } from "./invocations";
import { operations } from "./operations";
import { spans } from "./spans";

/** One trace. The variables of other dashboards are kept, hidden, for the way back. */
export function trace(): Dashboard {
  return dashboard({
    title: "Trace",
    uid: uids.trace,
    description: "What happened in a trace, and what failed?",
    variables: [
      textVariable(traceIdVariable, "Trace", "Id of the trace, 32 hexadecimal digits, with or without dashes."),
      ...scopeVariables(VariableHide.HideVariable),
    ],
    rows: [
      row(8, [exceptions(), 12], [stackTrace(), 12]),
      row(
        16,
        traceView({
          title: "Trace",
          description:
            "The spans of the trace over time, by the Jaeger data source. Click one to see its attributes, events and links.",
          emptyWhen: "until a trace is chosen.",
          traceId: `\${${traceIdVariable}}`,
          empty: hints.trace,
        }),
      ),
      row(6, invocations()),
      row(12, [spans(), 14], [operations(), 10]),
    ],
  });
}
