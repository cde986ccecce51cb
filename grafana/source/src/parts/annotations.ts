import { AnnotationQueryBuilder } from "@grafana/grafana-foundation-sdk/dashboard";

import { palette } from "./palette";
import { sources } from "./sources";
import { chosenSpans, range, rows } from "./sql";

/** Deployments of the chosen functions, as marks on every graph. */
export function deployments(): AnnotationQueryBuilder {
  const query = rows(
    `
    SELECT time, concat_ws(' ', function_name, version) AS title, description AS text, 'deployment' AS tags
    FROM firefly.deployments_between(${range})
    WHERE ${chosenSpans()}
    ORDER BY time
    LIMIT 500`,
    "Anno",
  );
  return new AnnotationQueryBuilder()
    .name("Deployments")
    .datasource(sources.sql)
    .enable(true)
    .iconColor(palette.deployment)
    .target(query);
}
