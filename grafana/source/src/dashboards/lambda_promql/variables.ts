import { QueryVariableBuilder, VariableRefresh, VariableSort } from "@grafana/grafana-foundation-sdk/dashboard";

import { sources } from "../../parts/sources";
import { inAccounts, inRegions, once } from "./queries";

function variable(name: string, label: string, description: string, what: string, matchers: string): QueryVariableBuilder {
  const query = `label_values(aws_lambda_invocations_sum{${matchers}}, ${what})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(sources.metrics)
    .query({ query, refId: "PrometheusVariableQueryEditor-VariableQuery" })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ["All"], value: ["$__all"] });
}

/** Account, region and function, from the labels of the series. */
export const variables = [
  variable("account", "Account", "AWS accounts whose functions are shown.", "account_id", once),
  variable("region", "Region", "AWS regions whose functions are shown.", "region", `${once}, ${inAccounts}`),
  variable(
    "function",
    "Function",
    "Functions that are shown.",
    "dimension_FunctionName",
    `${once}, ${inAccounts}, ${inRegions}`,
  ),
];
