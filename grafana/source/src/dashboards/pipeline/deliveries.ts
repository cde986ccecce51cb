import { stat, table, timeSeries } from "../../panels/index";
import { palette } from "../../parts/palette";
import { range, series, steps } from "../../parts/sql";
import { type Unit, units } from "../../parts/units";

/** What to check, in the order of the data's way. */
const empty =
  "Nothing was delivered in this time range. Is the metric stream running, and has Firehose this function's URL and key? " +
  "Do exporters have the URL of firefly-otlp and the key? Look for answers other than 200 in the logs of the functions.";

const emptyWhen = "while nothing was delivered in the time range.";

const lagLimits: { below: string; from: [number, string][] } = {
  below: palette.ok,
  from: [
    [300, palette.warning],
    [900, palette.critical],
  ],
};

/** How long ago something was last delivered. */
export const quiet = stat({
  title: "Last delivery",
  description:
    "How long before the end of the time range something was last stored, to the minute. Firehose delivers each minute while " +
    "any function runs. Above ten minutes: follow the data, from the metric stream over Firehose's delivery errors and " +
    "its S3 backup to the functions' logs.",
  emptyWhen,
  sql: `
    SELECT extract(epoch FROM least($__timeTo()::timestamptz, now()) - max("time"))::double precision AS value
    FROM firefly.deliveries_between($__timeFrom(), $__timeTo(), interval '1 minute')
    HAVING count(*) > 0 LIMIT 1`,
  unit: units.seconds,
  decimals: 0,
  colour: palette.ok,
  limits: {
    below: palette.ok,
    from: [
      [300, palette.warning],
      [600, palette.critical],
    ],
  },
  empty: "Nothing was delivered: see below what to check.",
});

/** How late data were. */
export const lag = stat({
  title: "Delivery lag",
  description:
    "The longest lag of a delivery: from the end of its newest minute or span until it was stored. CloudWatch's metrics " +
    "come two to three minutes late. Above 5 minutes: Firehose retries, or somebody sends old data; the graph shows when.",
  emptyWhen,
  sql: `
    SELECT max(lag_maximum_seconds) AS value
    FROM firefly.deliveries_between(${range}) HAVING count(lag_maximum_seconds) > 0 LIMIT 1`,
  unit: units.seconds,
  decimals: 0,
  colour: palette.ok,
  limits: lagLimits,
  empty: "none",
});

/** How much was read. */
export const received = stat({
  title: "Received",
  description: "Data points, spans and samples that came, copies of what was there included.",
  emptyWhen,
  sql: `SELECT sum(data_points)::bigint AS value FROM firefly.deliveries_between(${range}) HAVING count(*) > 0 LIMIT 1`,
  unit: units.count,
  colour: palette.invocations,
  empty: "none",
});

/** How much could not be stored. */
export const setAside = stat({
  title: "Set aside",
  description:
    "Pieces that could not be stored and are kept as dead letters. Above zero: their reasons are below. Nothing is lost: " +
    "they can be sent again.",
  emptyWhen,
  sql: `SELECT sum(set_aside)::bigint AS value FROM firefly.deliveries_between(${range}) HAVING count(*) > 0 LIMIT 1`,
  unit: units.count,
  colour: palette.ok,
  limits: { below: palette.ok, from: [[1, palette.warning]] },
  empty: "none",
});

function bySource(title: string, description: string, column: string, unit: Unit, bars: boolean) {
  return timeSeries({
    title,
    description,
    emptyWhen,
    queries: [
      series(`
        SELECT "time", source AS metric, ${column} AS value
        FROM firefly.deliveries_between(${steps})
        WHERE ${column} IS NOT NULL
        ORDER BY 1, 2
        LIMIT 20000`),
    ],
    unit,
    ...(bars ? { draw: "bars", stacked: true } : {}),
    empty,
  });
}

/** How late data were, over time. */
export const lagTrend = bySource(
  "Delivery lag, by source",
  "The longest lag of a delivery in each step. A slope that rises minute by minute: deliveries fail and are retried, look " +
    "at the functions' logs and the database. A single peak: old data that came once.",
  "lag_maximum_seconds",
  units.seconds,
  false,
);

/** How much came, over time. */
export const receivedTrend = bySource(
  "Received, by source",
  "Data points, spans and samples in each step, copies included. A gap while functions ran: the source does not deliver, " +
    "or the functions refuse it.",
  "data_points",
  units.count,
  true,
);

/** What was stored and set aside of it. */
export const outcome = timeSeries({
  title: "Stored and set aside",
  description:
    "Rows added or changed, and pieces set aside, in each step, of all sources. Stored lies below received where copies " +
    "came; set aside above zero: see the dead letters.",
  emptyWhen,
  queries: [
    series(`
      SELECT "time", sum(stored)::bigint AS stored, sum(set_aside)::bigint AS set_aside
      FROM firefly.deliveries_between(${steps})
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000`),
  ],
  unit: units.count,
  series: {
    stored: { colour: palette.ok, title: "stored" },
    set_aside: { colour: palette.warning, title: "set aside", right: true },
  },
  empty,
});

/** The sources side by side. */
export const sources = table({
  title: "Sources",
  description:
    "What each source brought in the time range. A source that you use and that is missing here delivered nothing: check its " +
    "URL and key.",
  emptyWhen,
  sql: `
    WITH newest AS (
      SELECT source, max("time") AS newest
      FROM firefly.deliveries_between($__timeFrom(), $__timeTo(), interval '1 minute')
      GROUP BY source
    )
    SELECT source, deliveries, data_points, stored, set_aside, bytes,
      lag_average_seconds, lag_maximum_seconds, newest
    FROM firefly.deliveries_between(${range}) JOIN newest USING (source)
    ORDER BY source
    LIMIT 50`,
  columns: {
    source: { title: "Source" },
    deliveries: { title: "Deliveries", unit: units.count },
    data_points: { title: "Received", unit: units.count },
    stored: { title: "Stored", unit: units.count },
    set_aside: {
      title: "Set aside",
      unit: units.count,
      limits: { below: palette.ok, from: [[1, palette.warning]] },
      cell: "text",
    },
    bytes: { title: "Size", unit: units.bytes },
    lag_average_seconds: { title: "Lag, average", unit: units.seconds },
    lag_maximum_seconds: { title: "Lag, longest", unit: units.seconds, limits: lagLimits, cell: "text" },
    newest: { title: "Last delivery", unit: units.time },
  },
  empty,
});
