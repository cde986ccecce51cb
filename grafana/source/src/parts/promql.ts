import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";

import { sources } from "./sources";

/** A PromQL query over the time range. `legend` names the series, such as `{{dimension_FunctionName}}`. */
export function promql(expression: string, legend: string, refId = "A"): prometheus.DataqueryBuilder {
  return new prometheus.DataqueryBuilder()
    .datasource(sources.metrics)
    .refId(refId)
    .expr(expression)
    .legendFormat(legend)
    .editorMode(prometheus.QueryEditorMode.Code)
    .range();
}

/** A PromQL query of one moment, the end of the time range. */
export function promqlInstant(expression: string, legend: string, refId = "A"): prometheus.DataqueryBuilder {
  return promql(expression, legend, refId).instant().format(prometheus.PromQueryFormat.Table);
}
