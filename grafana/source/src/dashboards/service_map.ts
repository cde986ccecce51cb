import { QueryVariableBuilder, type Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { type Limits } from "../panels/panel";
import { nodeGraph } from "../panels/node_graph";
import { stat } from "../panels/stat";
import { table } from "../panels/table";
import { timeSeries } from "../panels/time_series";
import { dashboard } from "../parts/frame";
import { row } from "../parts/layout";
import { column, toDashboard } from "../parts/links";
import { palette } from "../parts/palette";
import { dedent, range, rows, series } from "../parts/sql";
import { uids } from "../parts/uids";
import { units } from "../parts/units";
import { scopeVariables } from "../parts/variables";

/** Grafana draws 200 nodes; this many edges seldom have more. */
const mostEdges = 200;

const empty =
  "No calls between services in this time range. Calls are known some seven minutes after they happen, and only where " +
  "caller and called send spans of one trace: is W3C trace context passed on (OTEL_PROPAGATORS)? See Pipeline.";

const emptyWhen = "while no traced call between two services began in the time range.";

/** The five minutes that begin in the time range. */
const inRange = "bucket >= $__timeFrom()::timestamptz AND bucket < $__timeTo()::timestamptz";

/** The calls that the chosen services make or take. */
const edges = `
  edge AS (
    SELECT parent, child, sum(calls)::bigint AS calls, sum(errors)::bigint AS errors, max(bucket) AS newest
    FROM firefly.service_edge
    WHERE ${inRange}
      AND (parent IN (\${function:sqlstring}) OR child IN (\${function:sqlstring}))
    GROUP BY parent, child
    ORDER BY calls DESC, parent, child
    LIMIT ${mostEdges}
  )`;

const nodesSql = `
  WITH ${edges.trim()},
  called AS (
    SELECT child AS name, sum(calls)::bigint AS calls, sum(errors)::bigint AS errors FROM edge GROUP BY child
  ),
  ran AS (
    SELECT function_name AS name, sum(invocations) AS invocations, sum(errors) AS errors,
      sum(duration_sum_ms) / nullif(sum(duration_samples), 0) AS average_ms
    FROM firefly.lambda_activity(${range})
    WHERE account_id IN (\${account:sqlstring}) AND region IN (\${region:sqlstring})
    GROUP BY function_name
  ),
  node AS (
    SELECT service.name, ran.name IS NOT NULL AS is_function, ran.average_ms,
      coalesce(ran.invocations, called.calls) AS calls,
      CASE WHEN ran.invocations > 0 THEN least(coalesce(ran.errors, 0) / ran.invocations, 1)
        ELSE called.errors::double precision / nullif(called.calls, 0) END AS failed,
      called.calls AS traced_calls, called.errors AS traced_errors
    FROM (SELECT parent AS name FROM edge UNION SELECT child FROM edge) AS service
    LEFT JOIN called ON called.name = service.name
    LEFT JOIN ran ON ran.name = service.name
  )
  SELECT
    name AS id,
    name AS title,
    CASE WHEN is_function THEN 'Lambda function' ELSE 'service' END AS subtitle,
    calls AS mainstat,
    average_ms AS secondarystat,
    coalesce(1 - failed, 0) AS arc__ok,
    coalesce(failed, 0) AS arc__errors,
    CASE WHEN failed IS NULL THEN 1 ELSE 0 END AS arc__unknown,
    traced_calls AS "detail__traced calls",
    traced_errors AS "detail__of these failed"
  FROM node
  ORDER BY name
  LIMIT ${2 * mostEdges}`;

const edgesSql = `
  WITH ${edges.trim()}
  SELECT
    parent || ' → ' || child AS id,
    parent AS source,
    child AS target,
    calls AS mainstat,
    errors AS secondarystat
  FROM edge
  ORDER BY id
  LIMIT ${mostEdges}`;

const tableSql = `
  WITH ${edges.trim()}
  SELECT parent, child, calls, errors, errors::double precision / nullif(calls, 0) AS failed,
    calls * 60 / extract(epoch FROM $__timeTo()::timestamptz - $__timeFrom()::timestamptz)::double precision
      AS calls_per_minute,
    newest
  FROM edge
  ORDER BY errors DESC, calls DESC, parent, child
  LIMIT ${mostEdges}`;

/** The ten called services with the most failed calls; in steps of at least the five minutes of a bucket. */
const failuresSql = `
  WITH failed AS (
    SELECT date_bin(greatest('$__interval'::interval, interval '5 minutes'), bucket, 'epoch') AS step, child,
      sum(errors)::bigint AS errors
    FROM firefly.service_edge
    WHERE ${inRange}
      AND (parent IN (\${function:sqlstring}) OR child IN (\${function:sqlstring}))
    GROUP BY 1, 2
  ),
  worst AS (
    SELECT child FROM failed GROUP BY child HAVING sum(errors) > 0 ORDER BY sum(errors) DESC, child LIMIT 10
  )
  SELECT step AS time, child AS metric, errors AS value
  FROM failed JOIN worst USING (child)
  ORDER BY time, metric
  LIMIT 20000`;

function numberOf(expression: string): string {
  return `WITH ${edges.trim()}\nSELECT ${expression} AS value FROM edge HAVING count(*) > 0 LIMIT 1`;
}

/**
 * Services take the place of functions, as not all are functions. A service that bears the name of a function outside
 * the chosen accounts and regions is left out; of one that CloudWatch does not know, nothing says where it runs.
 */
function serviceVariable(): QueryVariableBuilder {
  const variable = scopeVariables().find((each) => each.build().name === "function");
  if (variable === undefined) throw new Error("there is no variable function");
  const query = dedent(`
    WITH named AS (
      SELECT parent AS service FROM firefly.service_edge WHERE ${inRange}
      UNION
      SELECT child FROM firefly.service_edge WHERE ${inRange}
    ),
    known AS (
      SELECT function_name,
        bool_or(account_id IN (\${account:sqlstring}) AND region IN (\${region:sqlstring})) AS is_chosen
      FROM firefly.lambda_function
      GROUP BY function_name
    ),
    shown AS (
      SELECT service FROM named LEFT JOIN known ON known.function_name = named.service
      WHERE known.is_chosen IS NOT false
    )
    SELECT service FROM shown
    UNION ALL SELECT 'none yet' WHERE NOT EXISTS (SELECT FROM shown)
    ORDER BY 1 LIMIT 5000`);
  return variable
    .label("Service")
    .description("Services whose calls are shown, those that they make and those that they take.")
    .query(query);
}

const openCaller = toDashboard("Open the caller as a function", uids.function, { function: column("parent") });
const openCalled = toDashboard("Open the called function", uids.function, { function: column("child") });
const openNode = toDashboard("Open as a function", uids.function, { function: column("id") });

const map = nodeGraph({
  title: "Service map",
  description:
    "Who calls whom, of the 200 pairs with the most calls. A circle is a service: in it how often it ran and its average " +
    "duration, around it the share that failed (red). For Lambda functions these three come from CloudWatch, as on " +
    "Home; for other services from the traced calls to it; grey means that neither knows. On a line: traced calls, and " +
    "how many of them failed. Follow red from the edge of the map inwards: the last red circle is where to look; click it " +
    "to open the function.",
  emptyWhen,
  queries: [rows(nodesSql, "nodes"), rows(edgesSql, "edges")],
  mainStatUnit: units.count,
  secondaryStatUnit: units.milliseconds,
  edgeUnits: { main: units.count, secondary: units.failed },
  arcs: { arc__ok: palette.ok, arc__errors: palette.errors, arc__unknown: palette.idle },
  links: { title: [openNode] },
  empty,
});

const limits: Limits = {
  below: palette.ok,
  from: [
    [0.01, palette.warning],
    [0.05, palette.critical],
  ],
};

const pairs = table({
  title: "Calls between services",
  description:
    "The same calls as rows, the pairs with the most failed calls first; from traces, so a function that samples its " +
    "traces shows fewer. Errors are counted on the called side. Above 1 % failed (yellow) or 5 % (red), open the called " +
    "function and its failing traces.",
  emptyWhen,
  sql: tableSql,
  columns: {
    parent: { title: "Caller", links: [openCaller] },
    child: { title: "Called", links: [openCalled] },
    calls: { title: "Calls", unit: units.count, width: 110 },
    errors: { title: "Errors", unit: units.count, width: 110 },
    failed: { title: "Failed", unit: units.share, decimals: 1, width: 110, limits, cell: "text" },
    calls_per_minute: { title: "Calls a minute", unit: units.count, decimals: 1, width: 130 },
    newest: { title: "Newest calls", unit: units.time, width: 190 },
  },
  empty,
});

/** Service map: who calls whom, and where calls fail. */
export function serviceMap(): Dashboard {
  const [account, region] = scopeVariables();
  if (account === undefined || region === undefined) throw new Error("there are no variables account and region");
  return dashboard({
    title: "Service map",
    uid: uids.serviceMap,
    description: "Which service calls which, how often, and where calls fail.",
    variables: [account, region, serviceVariable()],
    rows: [
      row(
        4,
        stat({
          title: "Services",
          description: "Services on the map. Fewer than you have: the others pass on no trace context, or were not called.",
          emptyWhen,
          sql: `
            WITH ${edges.trim()}
            SELECT count(*) AS value FROM (SELECT parent FROM edge UNION SELECT child FROM edge) AS service
            HAVING count(*) > 0 LIMIT 1`,
          unit: units.count,
          colour: palette.idle,
          empty: "none",
        }),
        stat({
          title: "Traced calls",
          description: "Calls between the services of the map in the time range.",
          emptyWhen,
          sql: numberOf("sum(calls)::bigint"),
          unit: units.count,
          colour: palette.invocations,
          empty: "none",
        }),
        stat({
          title: "Failed calls",
          description:
            "Share of these calls that ended with an error on the called side. Above 1 % look for the red lines of the table.",
          emptyWhen,
          sql: numberOf("sum(errors) / nullif(sum(calls), 0)"),
          unit: units.share,
          decimals: 2,
          colour: palette.errors,
          limits,
          empty: "none",
        }),
      ),
      row(16, map),
      row(
        10,
        [pairs, 14],
        [
          timeSeries({
            title: "Failed calls, by called service",
            description:
              "Failed calls in each step, of the ten called services with the most. A sudden rise: open the function and " +
              "compare with its deployments.",
            emptyWhen: "while no traced call failed in the time range.",
            queries: [series(failuresSql)],
            unit: units.count,
            draw: "bars",
            stacked: true,
            empty: "No failed calls in this time range.",
          }),
          10,
        ],
      ),
    ],
  });
}
