/** What a panel says when it has nothing to show: what that means, and what to check. */
export const hints = {
  metrics: "No metrics in this time range. Did the functions run? Is the metric stream running? See Pipeline.",
  traces: "No traces in this time range. Do the functions send to firefly-otlp? See Pipeline.",
  exceptions: "No exceptions in this time range.",
  insights: "Nothing needs attention in this time range.",
  percentiles: "No percentiles. Add p95 and p99 of Duration to the metric stream's additional statistics.",
  memory: "No memory figures. They come with spans (faas.max_memory) or with the inventory of functions.",
  cost: "No cost. It needs the memory of the functions: from spans, or from the inventory.",
  coldStarts: "No cold starts known. They come with spans (faas.coldstart) or platform reports.",
  deployments: "No deployments in this time range.",
  trace: "No such trace in this time range. Check the id, and widen the range.",
} as const;

/** A cell that has no value. */
export const noCell = "–";
