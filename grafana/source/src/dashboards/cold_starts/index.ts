import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import type { Limits } from "../../panels/panel";
import { stat } from "../../panels/stat";
import { table } from "../../panels/table";
import { timeSeries } from "../../panels/time_series";
import { dashboard } from "../../parts/frame";
import { hints } from "../../parts/hints";
import { row } from "../../parts/layout";
import { toFunction, toTrace } from "../../parts/links";
import { palette } from "../../parts/palette";
import { outcomes } from "../../parts/severities";
import { chosenSpans, range, series } from "../../parts/sql";
import { uids } from "../../parts/uids";
import { units } from "../../parts/units";
import { scopeVariables } from "../../parts/variables";
import { start, startTrend } from "./instance_starts";

const emptyWhen = "while no span of an invocation says whether it was a cold start (faas.coldstart).";

/** Invocations of which it is known whether they were cold starts. */
const known = `firefly.invocations_between(${range}) WHERE ${chosenSpans()} AND cold_start IS NOT NULL`;

/** A trace's id as Jaeger writes it. */
const traceId = "replace(trace_id::text, '-', '')";

const limits: Limits = {
  below: palette.ok,
  from: [
    [0.01, palette.warning],
    [0.05, palette.critical],
  ],
};

const count = stat({
  title: "Cold starts",
  description:
    "Traced invocations for which Lambda had to start an instance. Many at steady traffic: instances are replaced by " +
    "deployments, or traffic comes in bursts.",
  emptyWhen,
  sql: `SELECT count(*) FILTER (WHERE cold_start) AS value FROM ${known} HAVING count(*) > 0 LIMIT 1`,
  unit: units.count,
  colour: palette.coldStarts,
  empty: hints.coldStarts,
});

const share = stat({
  title: "Share of invocations",
  description:
    "Cold starts among the traced invocations. Above 1 % (yellow) or 5 % (red) for functions that somebody waits for: " +
    "provisioned concurrency, SnapStart, or fewer and larger functions.",
  emptyWhen,
  sql: `
    SELECT avg(cold_start::integer)::double precision AS value
    FROM ${known} HAVING count(*) > 0 LIMIT 1`,
  unit: units.share,
  decimals: 2,
  colour: palette.coldStarts,
  limits,
  empty: hints.coldStarts,
});

const traced = stat({
  title: "Traced invocations",
  description:
    "Invocations that sent a span which says whether they were cold. Far fewer than the invocations on Home: sampling, or " +
    "functions without a layer.",
  emptyWhen,
  sql: `SELECT count(*) AS value FROM ${known} HAVING count(*) > 0 LIMIT 1`,
  unit: units.count,
  colour: palette.invocations,
  empty: hints.coldStarts,
});

/** Compared within each function, as fast and slow functions do not start equally often. */
const slower = stat({
  title: "A cold invocation takes longer by",
  description:
    "By how much the handler ran longer in cold invocations than in warm ones of the same function, on average over all cold " +
    "starts. The start of the instance itself comes on top. Much: caches and connections that are filled at first use.",
  emptyWhen: "while no function had both cold and warm traced invocations in the time range.",
  sql: `
    WITH compared AS (
      SELECT count(*) FILTER (WHERE cold_start) AS cold_starts,
        avg(duration_ms) FILTER (WHERE cold_start) - avg(duration_ms) FILTER (WHERE NOT cold_start) AS slower_ms
      FROM ${known}
      GROUP BY account_id, region, function_name
    )
    SELECT sum(cold_starts * slower_ms) / nullif(sum(cold_starts), 0)::double precision AS value
    FROM compared WHERE slower_ms IS NOT NULL HAVING count(*) > 0 LIMIT 1`,
  unit: units.milliseconds,
  decimals: 0,
  colour: palette.duration,
  empty: hints.coldStarts,
});

const trend = timeSeries({
  title: "Cold starts, by function",
  description:
    "Cold starts in each step, of the ten functions with the most, and of the others together. A peak of one function after " +
    "a deployment is normal; peaks that come again follow the traffic.",
  emptyWhen,
  queries: [
    series(`
      WITH cold AS (
        SELECT date_bin('$__interval', start_time, 'epoch') AS step, function_name, count(*) AS cold_starts
        FROM ${known} AND cold_start
        GROUP BY 1, 2
      ),
      most AS (
        SELECT function_name FROM cold GROUP BY function_name ORDER BY sum(cold_starts) DESC, function_name LIMIT 10
      )
      SELECT step AS time, coalesce(most.function_name, 'others') AS metric, sum(cold_starts)::bigint AS value
      FROM cold LEFT JOIN most ON most.function_name = cold.function_name
      GROUP BY 1, 2
      ORDER BY 1, 2
      LIMIT 20000`),
  ],
  unit: units.count,
  draw: "bars",
  stacked: true,
  empty: hints.coldStarts,
});

const shareTrend = timeSeries({
  title: "Share of invocations",
  description:
    "Cold starts among the traced invocations of each step, of all chosen functions together. It rises when traffic is thin, " +
    "bursty, or a new version comes.",
  emptyWhen,
  queries: [
    series(`
      SELECT date_bin('$__interval', start_time, 'epoch') AS time, avg(cold_start::integer)::double precision AS share
      FROM ${known}
      GROUP BY 1
      ORDER BY 1
      LIMIT 2000`),
  ],
  unit: units.share,
  series: { share: { colour: palette.coldStarts, title: "cold starts" } },
  empty: hints.coldStarts,
});

const coldAgainstWarm = timeSeries({
  title: "Duration, cold against warm",
  description:
    "Average duration of the traced invocations of each step, cold ones and warm ones; the start of the instance is not in it. " +
    "Compare one function at a time: choose it above.",
  emptyWhen,
  queries: [
    series(`
      SELECT date_bin('$__interval', start_time, 'epoch') AS time,
        avg(duration_ms) FILTER (WHERE cold_start) AS cold,
        avg(duration_ms) FILTER (WHERE NOT cold_start) AS warm
      FROM ${known}
      GROUP BY 1
      ORDER BY 1
      LIMIT 2000`),
  ],
  unit: units.milliseconds,
  series: { cold: { colour: palette.coldStarts }, warm: { colour: palette.duration } },
  empty: hints.coldStarts,
});

const functions = table({
  title: "By function and version",
  description:
    "Traced invocations and cold starts of each version, the most cold starts first, with the durations of warm and cold " +
    "invocations and the slowest cold one as a trace. A version with a far higher share than the one before it: compare " +
    "package size, memory and architecture.",
  emptyWhen,
  sql: `
    SELECT account_id, region, function_name, coalesce(version, 'unknown') AS version,
      count(*) AS invocations,
      count(*) FILTER (WHERE cold_start) AS cold_starts,
      avg(cold_start::integer)::double precision AS share,
      avg(duration_ms) FILTER (WHERE NOT cold_start) AS warm_ms,
      avg(duration_ms) FILTER (WHERE cold_start) AS cold_ms,
      max(duration_ms) FILTER (WHERE cold_start) AS slowest_ms,
      max(start_time) FILTER (WHERE cold_start) AS newest,
      (array_agg(${traceId} ORDER BY duration_ms DESC, trace_id) FILTER (WHERE cold_start))[1] AS trace_id
    FROM ${known}
    GROUP BY account_id, region, function_name, version
    ORDER BY cold_starts DESC, function_name, version, account_id, region
    LIMIT 500`,
  columns: {
    function_name: { title: "Function", links: [toFunction()] },
    version: { title: "Version", width: 110 },
    account_id: { title: "Account", width: 130 },
    region: { title: "Region", width: 120 },
    invocations: { title: "Traced", unit: units.count, width: 100 },
    cold_starts: { title: "Cold starts", unit: units.count, width: 110, colour: palette.coldStarts },
    share: { title: "Share", unit: units.share, decimals: 1, width: 90, limits, cell: "text" },
    warm_ms: { title: "Warm, average", unit: units.milliseconds, width: 130 },
    cold_ms: { title: "Cold, average", unit: units.milliseconds, width: 130 },
    slowest_ms: { title: "Cold, slowest", unit: units.milliseconds, width: 130 },
    newest: { title: "Newest", unit: units.time, width: 180 },
    trace_id: { title: "Slowest cold trace", links: [toTrace()], width: 280 },
  },
  empty: hints.coldStarts,
});

const newest = table({
  title: "Newest cold starts",
  description: "The hundred newest, each with its trace: open one to see what the first invocation did that others do not.",
  emptyWhen: "while no traced invocation was a cold start.",
  sql: `
    SELECT start_time, account_id, region, function_name, coalesce(version, 'unknown') AS version, duration_ms,
      status, ${traceId} AS trace_id
    FROM ${known} AND cold_start
    ORDER BY start_time DESC, trace_id
    LIMIT 100`,
  columns: {
    start_time: { title: "Start", unit: units.time, width: 180 },
    function_name: { title: "Function", links: [toFunction()] },
    version: { title: "Version", width: 110 },
    duration_ms: { title: "Duration", unit: units.milliseconds, width: 110 },
    status: {
      title: "Status",
      width: 90,
      words: outcomes,
      cell: "text",
    },
    trace_id: { title: "Trace", links: [toTrace()], width: 280 },
  },
  hidden: ["account_id", "region"],
  empty: hints.coldStarts,
});

/** Cold starts: how many, of which functions and versions, and what they cost in time. */
export function coldStarts(): Dashboard {
  return dashboard({
    title: "Cold starts",
    uid: uids.coldStarts,
    description: "How often do functions start cold, which versions do, and how much slower are they then?",
    since: "now-24h",
    variables: scopeVariables(),
    rows: [
      row(4, [count, 4], [share, 5], [traced, 5], [slower, 5], [start, 5]),
      row(8, trend, shareTrend),
      row(8, coldAgainstWarm, startTrend),
      row(11, functions),
      row(10, newest),
    ],
  });
}
