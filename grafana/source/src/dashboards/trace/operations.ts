import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

import { nodeGraph } from "../../panels";
import { hints } from "../../parts/hints";
import { palette } from "../../parts/palette";
import { rows } from "../../parts/sql";
import { ofTrace } from "../../parts/trace_id";

/** Who called what in the trace. From SQL, as Jaeger's own node graph does not show what failed. */
export function operations(): Panel {
  return nodeGraph({
    title: "Operations",
    description:
      "What called what in the trace: a circle for each operation of a service, its ring red by the share of its spans that failed; durations are added up.",
    emptyWhen: "until a trace is chosen.",
    queries: [
      rows(
        `
        SELECT
          md5(concat_ws(E'\\n', service_name, name)) AS id,
          name AS title,
          service_name AS subtitle,
          concat(trim_scale(round(sum(duration_ms)::numeric, 1)), ' ms') AS mainstat,
          concat(count(*), ' spans') AS secondarystat,
          count(*) FILTER (WHERE status = 'error')::double precision / count(*) AS arc__error,
          count(*) FILTER (WHERE status <> 'error')::double precision / count(*) AS arc__ok
        FROM firefly.span
        WHERE ${ofTrace}
        GROUP BY service_name, name
        ORDER BY min(start_time)
        LIMIT 100`,
        "nodes",
      ),
      rows(
        `
        WITH trace AS (
          SELECT span_id, parent_span_id, md5(concat_ws(E'\\n', service_name, name)) AS operation, start_time
          FROM firefly.span
          WHERE ${ofTrace}
          LIMIT 10000
        )
        SELECT
          md5(concat(parent.operation, child.operation)) AS id,
          parent.operation AS source,
          child.operation AS target,
          concat(count(*), ' calls') AS mainstat
        FROM trace AS child
        JOIN trace AS parent ON parent.span_id = child.parent_span_id
        WHERE parent.operation <> child.operation
        GROUP BY parent.operation, child.operation
        ORDER BY min(child.start_time)
        LIMIT 300`,
        "edges",
      ),
    ],
    arcs: { arc__error: palette.errors, arc__ok: palette.ok },
    empty: hints.trace,
  });
}
