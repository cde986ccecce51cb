import { stat, table, timeSeries } from "../../panels/index";
import { palette } from "../../parts/palette";
import { series } from "../../parts/sql";
import { units } from "../../parts/units";

const sizeNow = "It is the size now, whatever the time range.";

/** What the database takes on disk. */
export const databaseSize = stat({
  title: "Database",
  description: `Size of the whole database on disk. ${sizeNow} If the disk fills up, shorten the retention or compress: the tables below say what takes how much.`,
  sql: "SELECT database_size_bytes AS value FROM firefly.storage_total LIMIT 1",
  unit: units.bytes,
  colour: palette.memory,
  empty: "unknown",
});

/** Roll-ups that wait for their refreshing. */
export const waiting = stat({
  title: "Roll-ups behind",
  description:
    "Hours of metrics and five minutes of service edges that are over for a quarter of an hour and not yet added up. The " +
    "functions do it beside deliveries; until then the service map lacks calls, while metrics are right but slower. A " +
    "number that does not fall: is anything delivered?",
  sql: `
    SELECT (SELECT count(*) FROM firefly.statistic_hour_bucket
        WHERE stale AND hour + interval '1 hour 15 minutes' < now())
      + (SELECT count(*) FROM firefly.service_edge_bucket
        WHERE stale AND bucket + interval '20 minutes' < now()) AS value
    LIMIT 1`,
  unit: units.count,
  colour: palette.ok,
  limits: {
    below: palette.ok,
    from: [
      [12, palette.warning],
      [288, palette.critical],
    ],
  },
  empty: "unknown",
});

/** How much is stored of each day. */
export const perDay = timeSeries({
  title: "Stored a day",
  description:
    "About how many rows of each day there are, from the server's statistics: CloudWatch's data points, samples of " +
    "OpenTelemetry's metrics and of remote write, spans. Days are UTC. A jump in data points: more functions or " +
    "namespaces; in spans: traffic, or a sampling rate.",
  emptyWhen: "while nothing is stored of the days of the time range.",
  queries: [
    series(`
      SELECT greatest(day, $__timeFrom()::timestamptz) AS time, statistic_sets, samples, spans
      FROM firefly.storage_day
      WHERE day > $__timeFrom()::timestamptz - interval '1 day' AND day < $__timeTo()::timestamptz
      ORDER BY 1
      LIMIT 1000`),
  ],
  unit: units.count,
  draw: "bars",
  stacked: true,
  series: {
    statistic_sets: { colour: palette.invocations, title: "CloudWatch data points" },
    samples: { colour: palette.concurrency, title: "samples" },
    spans: { colour: palette.deployment, title: "spans" },
  },
  empty: "Nothing is stored of these days: see the sources above.",
});

/** How the catalogue of series grows. */
export const newSeries = timeSeries({
  title: "New series a day",
  description:
    "Series whose first data point is of that day, by namespace. A new function brings some dozens. Thousands each day: " +
    "a label with ever new values, such as an id; see labels of firefly.series.",
  emptyWhen: "while no series began in the time range.",
  queries: [
    series(`
      SELECT greatest(date_bin('1 day', first_seen, 'epoch'), $__timeFrom()::timestamptz) AS time,
        CASE kind WHEN 2 THEN 'samples' ELSE namespace END AS metric, count(*) AS value
      FROM firefly.series
      WHERE first_seen >= date_trunc('hour', $__timeFrom()::timestamptz) AND first_seen < $__timeTo()::timestamptz
      GROUP BY 1, 2
      ORDER BY 1, 2
      LIMIT 5000`),
  ],
  unit: units.count,
  draw: "bars",
  stacked: true,
  empty: "No series began in this time range.",
});

/** What each table takes. */
export const tables = table({
  title: "Tables",
  description:
    "What each table takes now, the largest first: size with indexes, about how many rows, chunks (partitions of a day), how " +
    "many of them are compressed, and after what time they are dropped. Compression needs TimescaleDB Community and " +
    "begins after three days. Without a retention, data are kept until you drop them.",
  sql: `
    SELECT table_name, bytes, rows_estimate, bytes::double precision / nullif(rows_estimate, 0) AS bytes_a_row, chunks,
      compressed_chunks, oldest, newest, coalesce(retention::text, 'kept') AS retention
    FROM firefly.storage_table
    ORDER BY bytes DESC, table_name
    LIMIT 50`,
  columns: {
    table_name: { title: "Table" },
    bytes: { title: "Size", unit: units.bytes, width: 110 },
    rows_estimate: { title: "Rows, about", unit: units.count, width: 120 },
    bytes_a_row: { title: "A row", unit: units.bytes, decimals: 0, width: 100 },
    chunks: { title: "Chunks", unit: units.count, width: 90 },
    compressed_chunks: { title: "Compressed", unit: units.count, width: 110 },
    oldest: { title: "Oldest chunk begins", unit: units.time, width: 180 },
    newest: { title: "Newest chunk ends", unit: units.time, width: 180 },
    retention: { title: "Dropped after", width: 130 },
  },
  empty: "No tables: run firefly-migrate.",
});

/**
 * How old the newest data are. The catalogue knows the hour of each series' newest point; the moment is that of the
 * newest point of up to 500 series of a namespace with data in its newest hour.
 */
export const newest = table({
  title: "Newest data",
  description:
    "For each CloudWatch namespace, for samples and for spans: series, newest data point, and its age at the end of the time " +
    "range. CloudWatch's are two to four minutes old while functions run. A namespace that has grown old: is it still in " +
    "the metric stream's filter?",
  emptyWhen: "while nothing has come since the start of the time range.",
  sql: `
    WITH hour AS (
      SELECT kind, namespace, count(*) AS series, max(last_seen) AS hour
      FROM firefly.series
      WHERE last_seen >= date_trunc('hour', $__timeFrom()::timestamptz) AND last_seen < $__timeTo()::timestamptz
      GROUP BY kind, namespace
      ORDER BY series DESC
      LIMIT 100
    ),
    point AS (
      SELECT namespace AS name, 'CloudWatch' AS kind, series, (
          SELECT max(point.time)
          FROM (
            SELECT id FROM firefly.series
            WHERE kind = 1 AND namespace = hour.namespace AND last_seen = hour.hour ORDER BY id LIMIT 500
          ) AS recent
          CROSS JOIN LATERAL (
            SELECT time FROM firefly.statistic_set
            WHERE series_id = recent.id AND time >= hour.hour AND time < $__timeTo()::timestamptz
            ORDER BY time DESC LIMIT 1
          ) AS point
        ) AS newest
      FROM hour WHERE kind = 1
      UNION ALL
      SELECT 'samples', 'OpenTelemetry, remote write', series, (
          SELECT max(point.time)
          FROM (
            SELECT id FROM firefly.series WHERE kind = 2 AND last_seen = hour.hour ORDER BY id LIMIT 500
          ) AS recent
          CROSS JOIN LATERAL (
            SELECT time FROM firefly.sample
            WHERE series_id = recent.id AND time >= hour.hour AND time < $__timeTo()::timestamptz
            ORDER BY time DESC LIMIT 1
          ) AS point
        )
      FROM hour WHERE kind = 2
      UNION ALL
      SELECT 'spans', 'OpenTelemetry', NULL, max(span.time)
      FROM (
        SELECT id, last_seen FROM firefly.operation
        WHERE last_seen >= date_trunc('hour', $__timeFrom()::timestamptz) AND last_seen < $__timeTo()::timestamptz
        ORDER BY last_seen DESC, id LIMIT 200
      ) AS recent
      CROSS JOIN LATERAL (
        SELECT start_time AS time FROM firefly.stored_span
        WHERE operation_id = recent.id AND start_time >= recent.last_seen AND start_time < $__timeTo()::timestamptz
        ORDER BY start_time DESC LIMIT 1
      ) AS span
    )
    SELECT name, kind, series, newest,
      extract(epoch FROM least($__timeTo()::timestamptz, now()) - newest)::double precision AS age
    FROM point
    WHERE newest IS NOT NULL
    ORDER BY newest DESC, name
    LIMIT 100`,
  columns: {
    name: { title: "Namespace" },
    kind: { title: "From", width: 220 },
    series: { title: "Series", unit: units.count, width: 100 },
    newest: { title: "Newest", unit: units.time, width: 190 },
    age: {
      title: "Age",
      unit: units.seconds,
      decimals: 0,
      width: 120,
      limits: {
        below: palette.ok,
        from: [
          [600, palette.warning],
          [3600, palette.critical],
        ],
      },
      cell: "text",
    },
  },
  empty: "Nothing has come since the start of this time range: see what to check above.",
});
