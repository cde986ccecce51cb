/** The uids of the dashboards: links and bookmarks stand on them, so they never change. */
export const uids = {
  home: "firefly-home",
  function: "firefly-function",
  trace: "firefly-trace",
  serviceMap: "firefly-service-map",
  cost: "firefly-cost",
  coldStarts: "firefly-cold-starts",
  pipeline: "firefly-pipeline",
  lambdaPromql: "firefly-lambda-promql",
} as const;

/** The uid of a dashboard. */
export type Uid = (typeof uids)[keyof typeof uids];

/** The tag by which the dashboards find each other. */
export const tag = "firefly";
