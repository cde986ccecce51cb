-- Metrics: the catalogue of series, their statistic sets, and what had to be set aside.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do: 'community', 'apache' or
-- 'postgresql' (see the README beside this file).

CREATE TABLE firefly.series (
    id          bigint      NOT NULL PRIMARY KEY,
    fingerprint uuid        NOT NULL UNIQUE,
    account_id  text        NOT NULL,
    region      text        NOT NULL,
    namespace   text        NOT NULL,
    name        text        NOT NULL,
    labels      jsonb       NOT NULL,
    unit        text        NOT NULL COLLATE "C",
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL
);
CREATE INDEX series_name ON firefly.series (namespace, name);
CREATE INDEX series_labels ON firefly.series USING gin (labels jsonb_path_ops);

COMMENT ON TABLE firefly.series IS 'Catalogue of time series: a row for each metric with one set of dimensions.';
COMMENT ON COLUMN firefly.series.id IS 'Low 64 bits of the fingerprint; data tables refer to a series by it.';
COMMENT ON COLUMN firefly.series.fingerprint IS 'XXH3-128 of account, region, namespace, name and labels: what the series is.';
COMMENT ON COLUMN firefly.series.account_id IS 'AWS account that the metric belongs to, 12 digits.';
COMMENT ON COLUMN firefly.series.region IS 'AWS region, such as eu-central-1.';
COMMENT ON COLUMN firefly.series.namespace IS 'CloudWatch namespace, such as AWS/Lambda.';
COMMENT ON COLUMN firefly.series.name IS 'Metric name, such as Invocations.';
COMMENT ON COLUMN firefly.series.labels IS 'CloudWatch dimensions as an object of strings; {} for a metric without any.';
COMMENT ON COLUMN firefly.series.unit IS 'CloudWatch unit of the newest data point, such as Milliseconds; None where there is none.';
COMMENT ON COLUMN firefly.series.first_seen IS 'Hour of the oldest data point (its first moment).';
COMMENT ON COLUMN firefly.series.last_seen IS 'Hour of the newest data point (its first moment).';

DO $$
BEGIN
    EXECUTE format($ddl$
        CREATE TABLE firefly.statistic_set (
            series_id bigint           NOT NULL,
            time      timestamptz      NOT NULL,
            samples   double precision NOT NULL,
            sum       double precision NOT NULL,
            minimum   double precision NOT NULL,
            maximum   double precision NOT NULL,
            extra     jsonb,
            PRIMARY KEY (series_id, time)
        ) %s
    $ddl$, CASE current_setting('firefly.grade') WHEN 'postgresql' THEN 'PARTITION BY RANGE (time)' ELSE '' END);
END
$$;

COMMENT ON TABLE firefly.statistic_set IS 'CloudWatch data points: the statistics of one series over one period, one row each.';
COMMENT ON COLUMN firefly.statistic_set.series_id IS 'The series, firefly.series.id.';
COMMENT ON COLUMN firefly.statistic_set.time IS 'Start of the period; metric streams have periods of one minute.';
COMMENT ON COLUMN firefly.statistic_set.samples IS 'Number of samples in the period; fractions occur.';
COMMENT ON COLUMN firefly.statistic_set.sum IS 'Sum of the samples, in the unit of the series.';
COMMENT ON COLUMN firefly.statistic_set.minimum IS 'Smallest sample, in the unit of the series.';
COMMENT ON COLUMN firefly.statistic_set.maximum IS 'Largest sample, in the unit of the series.';
COMMENT ON COLUMN firefly.statistic_set.extra IS 'Further statistics by CloudWatch name, such as {"p99": 12.5}, in the unit of the series; NULL if the stream sends none.';

CREATE TABLE firefly.dead_letter (
    id          uuid        NOT NULL PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    source      text        NOT NULL,
    source_arn  text,
    request_id  text        NOT NULL,
    reason      text        NOT NULL,
    bytes       bytea       NOT NULL,
    size_bytes  bigint      NOT NULL
);
CREATE INDEX dead_letter_received_at ON firefly.dead_letter (received_at);

COMMENT ON TABLE firefly.dead_letter IS 'Input that could not be stored, kept so that nothing is lost. The same bytes again make no second row.';
COMMENT ON COLUMN firefly.dead_letter.id IS 'XXH3-128 of source and bytes.';
COMMENT ON COLUMN firefly.dead_letter.received_at IS 'When it was first received.';
COMMENT ON COLUMN firefly.dead_letter.source IS 'The function that received it, such as firehose.';
COMMENT ON COLUMN firefly.dead_letter.source_arn IS 'ARN of the delivery stream that sent it; NULL if it named none.';
COMMENT ON COLUMN firefly.dead_letter.request_id IS 'Id of the delivery that first brought it.';
COMMENT ON COLUMN firefly.dead_letter.reason IS 'Why it could not be stored.';
COMMENT ON COLUMN firefly.dead_letter.bytes IS 'What was received: where possible a valid record of its own, to be sent again. Cut at 1,024,000 bytes.';
COMMENT ON COLUMN firefly.dead_letter.size_bytes IS 'Length of what was received, in bytes.';

-- The extra statistics of two equally complete copies of a data point: those of both, of each the larger value.
CREATE FUNCTION firefly.unite_extra(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT jsonb_object_agg(key, value)
    FROM (
        SELECT key, max(value::numeric) AS value
        FROM (
            SELECT key, value FROM jsonb_each_text(one)
            UNION ALL
            SELECT key, value FROM jsonb_each_text(other)
        ) AS statistic
        GROUP BY key
    ) AS united
);
COMMENT ON FUNCTION firefly.unite_extra IS 'Extra statistics of two copies of a data point, of each the larger value.';

-- Time partitions: chunks of TimescaleDB, or native partitions made on demand by the writer.
-- One day suits compression: 1,440 rows a series fill TimescaleDB's batches of 1,000.
DO $$
DECLARE
    grade constant text := current_setting('firefly.grade');
    timescaledb constant regnamespace := (SELECT extnamespace FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
    IF grade IN ('community', 'apache') THEN
        -- The primary key answers every query that Firefly makes; an index on time alone would cost each insert.
        EXECUTE format($ddl$
            SELECT %s.create_hypertable(
                'firefly.statistic_set', 'time',
                chunk_time_interval => interval '1 day', create_default_indexes => false)
        $ddl$, timescaledb);
    END IF;
    IF grade = 'community' THEN
        ALTER TABLE firefly.statistic_set SET (
            timescaledb.compress,
            timescaledb.compress_segmentby = 'series_id',
            timescaledb.compress_orderby = 'time');
        -- CloudWatch streams nothing older than two days: after three, chunks are left in peace.
        EXECUTE format(
            'SELECT %s.add_compression_policy(''firefly.statistic_set'', compress_after => interval ''3 days'')',
            timescaledb);
    END IF;
    IF grade = 'postgresql' THEN
        -- Owned by the owner and run with its rights, so that the ingest role needs none to make tables. A partition
        -- is attached when it is complete: that waits for no insert, which CREATE TABLE PARTITION OF would.
        CREATE FUNCTION firefly.ensure_partitions(days date[]) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $function$
        DECLARE
            day date;
            partition text;
        BEGIN
            IF cardinality(days) > 1000 THEN
                RAISE EXCEPTION 'partitions for % days at once are too many', cardinality(days);
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended('firefly.ensure_partitions', 0));
            FOREACH day IN ARRAY days LOOP
                partition := 'statistic_set_' || to_char(day, 'YYYYMMDD');
                CONTINUE WHEN to_regclass('firefly.' || partition) IS NOT NULL;
                EXECUTE format('CREATE TABLE firefly.%I (LIKE firefly.statistic_set INCLUDING ALL)', partition);
                EXECUTE format(
                    'ALTER TABLE firefly.statistic_set ATTACH PARTITION firefly.%I FOR VALUES FROM (%L) TO (%L)',
                    partition, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
            END LOOP;
        END
        $function$;
        COMMENT ON FUNCTION firefly.ensure_partitions IS 'Makes the partitions of these days (UTC) where they are missing.';
        REVOKE ALL ON FUNCTION firefly.ensure_partitions FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION firefly.ensure_partitions TO firefly_ingest;
    END IF;
END
$$;

CREATE VIEW firefly.metric_point AS
SELECT
    point.time,
    series.account_id,
    series.region,
    series.namespace,
    series.name AS metric_name,
    series.labels AS dimensions,
    series.unit,
    point.samples,
    point.sum,
    point.sum / nullif(point.samples, 0) AS average,
    point.minimum,
    point.maximum,
    point.extra
FROM firefly.statistic_set AS point
JOIN firefly.series ON series.id = point.series_id;

COMMENT ON VIEW firefly.metric_point IS 'Every CloudWatch data point with its labels. AWS publishes the same samples under several sets of dimensions: filter on dimensions before adding up.';
COMMENT ON COLUMN firefly.metric_point.time IS 'Start of the period of one minute; filter on it.';
COMMENT ON COLUMN firefly.metric_point.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.metric_point.region IS 'AWS region.';
COMMENT ON COLUMN firefly.metric_point.namespace IS 'CloudWatch namespace, such as AWS/Lambda.';
COMMENT ON COLUMN firefly.metric_point.metric_name IS 'Metric name, such as Duration.';
COMMENT ON COLUMN firefly.metric_point.dimensions IS 'Dimensions as an object of strings; dimensions = ''{}'' is the metric over the whole region.';
COMMENT ON COLUMN firefly.metric_point.unit IS 'CloudWatch unit of the values, such as Milliseconds.';
COMMENT ON COLUMN firefly.metric_point.samples IS 'Number of samples.';
COMMENT ON COLUMN firefly.metric_point.sum IS 'Sum of the samples.';
COMMENT ON COLUMN firefly.metric_point.average IS 'Sum divided by samples; NULL without samples.';
COMMENT ON COLUMN firefly.metric_point.minimum IS 'Smallest sample.';
COMMENT ON COLUMN firefly.metric_point.maximum IS 'Largest sample.';
COMMENT ON COLUMN firefly.metric_point.extra IS 'Further statistics by CloudWatch name, such as p99; NULL if the stream sends none.';

-- Of the sets of dimensions under which AWS/Lambda publishes each invocation, {FunctionName} alone: all versions and
-- aliases of a function, each invocation once.
CREATE VIEW firefly.lambda_minute AS
SELECT
    series.account_id,
    series.region,
    series.labels ->> 'FunctionName' AS function_name,
    point.time AS minute,
    max(point.sum) FILTER (WHERE series.name = 'Invocations') AS invocations,
    max(point.sum) FILTER (WHERE series.name = 'Errors') AS errors,
    max(point.sum) FILTER (WHERE series.name = 'Throttles') AS throttles,
    max(point.sum / nullif(point.samples, 0)) FILTER (WHERE series.name = 'Duration') AS duration_average_ms,
    max(point.minimum) FILTER (WHERE series.name = 'Duration') AS duration_minimum_ms,
    max(point.maximum) FILTER (WHERE series.name = 'Duration') AS duration_maximum_ms,
    max((point.extra ->> 'p50')::double precision) FILTER (WHERE series.name = 'Duration') AS duration_p50_ms,
    max((point.extra ->> 'p90')::double precision) FILTER (WHERE series.name = 'Duration') AS duration_p90_ms,
    max((point.extra ->> 'p95')::double precision) FILTER (WHERE series.name = 'Duration') AS duration_p95_ms,
    max((point.extra ->> 'p99')::double precision) FILTER (WHERE series.name = 'Duration') AS duration_p99_ms,
    max(point.maximum) FILTER (WHERE series.name = 'ConcurrentExecutions') AS concurrent_executions,
    max(point.maximum) FILTER (WHERE series.name = 'IteratorAge') AS iterator_age_maximum_ms,
    max(point.sum) FILTER (WHERE series.name = 'DeadLetterErrors') AS dead_letter_errors,
    max(point.sum) FILTER (WHERE series.name = 'AsyncEventsDropped') AS async_events_dropped
FROM firefly.statistic_set AS point
JOIN firefly.series ON series.id = point.series_id
WHERE series.namespace = 'AWS/Lambda'
  AND series.labels = jsonb_build_object('FunctionName', series.labels -> 'FunctionName')
GROUP BY series.account_id, series.region, series.labels ->> 'FunctionName', point.time;

COMMENT ON VIEW firefly.lambda_minute IS 'What each Lambda function did in each minute, every invocation counted once. A minute in which a function did not run has no row.';
COMMENT ON COLUMN firefly.lambda_minute.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.lambda_minute.region IS 'AWS region.';
COMMENT ON COLUMN firefly.lambda_minute.function_name IS 'Name of the function, over all its versions and aliases.';
COMMENT ON COLUMN firefly.lambda_minute.minute IS 'Start of the minute in which the invocations began; filter on it.';
COMMENT ON COLUMN firefly.lambda_minute.invocations IS 'Invocations that ran, failed ones included, throttled ones not.';
COMMENT ON COLUMN firefly.lambda_minute.errors IS 'Invocations that failed.';
COMMENT ON COLUMN firefly.lambda_minute.throttles IS 'Requests that were throttled.';
COMMENT ON COLUMN firefly.lambda_minute.duration_average_ms IS 'Mean duration in milliseconds.';
COMMENT ON COLUMN firefly.lambda_minute.duration_minimum_ms IS 'Shortest duration in milliseconds.';
COMMENT ON COLUMN firefly.lambda_minute.duration_maximum_ms IS 'Longest duration in milliseconds.';
COMMENT ON COLUMN firefly.lambda_minute.duration_p50_ms IS 'Median duration in milliseconds; NULL unless the metric stream sends p50.';
COMMENT ON COLUMN firefly.lambda_minute.duration_p90_ms IS '90th percentile of the duration in milliseconds; NULL unless the metric stream sends p90.';
COMMENT ON COLUMN firefly.lambda_minute.duration_p95_ms IS '95th percentile of the duration in milliseconds; NULL unless the metric stream sends p95.';
COMMENT ON COLUMN firefly.lambda_minute.duration_p99_ms IS '99th percentile of the duration in milliseconds; NULL unless the metric stream sends p99.';
COMMENT ON COLUMN firefly.lambda_minute.concurrent_executions IS 'Most executions at the same time.';
COMMENT ON COLUMN firefly.lambda_minute.iterator_age_maximum_ms IS 'Age of the oldest stream record processed, in milliseconds; NULL without a stream source.';
COMMENT ON COLUMN firefly.lambda_minute.dead_letter_errors IS 'Events that could not be sent to the dead-letter queue.';
COMMENT ON COLUMN firefly.lambda_minute.async_events_dropped IS 'Asynchronous events that were dropped without running.';

GRANT SELECT, INSERT, UPDATE ON firefly.series, firefly.statistic_set TO firefly_ingest;
GRANT SELECT (id), INSERT ON firefly.dead_letter TO firefly_ingest;
GRANT SELECT ON ALL TABLES IN SCHEMA firefly TO firefly_read;
