import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";

/** The data sources, as `grafana/provisioning` makes them. Grafana finds them by uid, in each of its versions. */
export const sources = {
  metrics: { type: "prometheus", uid: "firefly-metrics" },
  traces: { type: "jaeger", uid: "firefly-traces" },
  sql: { type: "grafana-postgresql-datasource", uid: "firefly-sql" },
} as const satisfies Record<string, DataSourceRef>;
