-- Samples: metrics as Prometheus has them, with their exemplars and what is said about them.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do (see the README beside this
-- file).

-- The default is for the release before this one, which has statistic sets alone.
ALTER TABLE firefly.series ADD COLUMN kind smallint NOT NULL DEFAULT 1;

COMMENT ON TABLE firefly.series IS 'Catalogue of time series: a row for each metric with one set of dimensions or labels.';
COMMENT ON COLUMN firefly.series.kind IS 'What its data points are: 1 CloudWatch statistic sets, in firefly.statistic_set; 2 samples, in firefly.sample.';
COMMENT ON COLUMN firefly.series.fingerprint IS 'XXH3-128 of kind, account, region, namespace, name and labels: what the series is.';
COMMENT ON COLUMN firefly.series.account_id IS 'AWS account that the metric belongs to, 12 digits; empty for samples.';
COMMENT ON COLUMN firefly.series.region IS 'AWS region, such as eu-central-1; empty for samples.';
COMMENT ON COLUMN firefly.series.namespace IS 'CloudWatch namespace, such as AWS/Lambda; empty for samples.';
COMMENT ON COLUMN firefly.series.name IS 'Metric name, such as Invocations; for samples Prometheus'' name, such as http_requests_total.';
COMMENT ON COLUMN firefly.series.labels IS 'CloudWatch dimensions, or Prometheus labels but the name, as an object of strings; {} for a metric without any.';
COMMENT ON COLUMN firefly.series.unit IS 'CloudWatch unit of the newest data point, such as Milliseconds; None where there is none; empty for samples, see firefly.metric_metadata.';

DO $$
DECLARE
    partitioned constant text :=
        CASE current_setting('firefly.grade') WHEN 'postgresql' THEN 'PARTITION BY RANGE (time)' ELSE '' END;
BEGIN
    EXECUTE format($ddl$
        CREATE TABLE firefly.sample (
            series_id bigint           NOT NULL,
            time      timestamptz      NOT NULL,
            value     double precision NOT NULL,
            PRIMARY KEY (series_id, time)
        ) %s
    $ddl$, partitioned);
    EXECUTE format($ddl$
        CREATE TABLE firefly.exemplar (
            series_id   bigint           NOT NULL,
            time        timestamptz      NOT NULL,
            fingerprint uuid             NOT NULL,
            value       double precision NOT NULL,
            labels      jsonb            NOT NULL,
            PRIMARY KEY (series_id, time, fingerprint)
        ) %s
    $ddl$, partitioned);
END
$$;

COMMENT ON TABLE firefly.sample IS 'Samples of Prometheus series, one row each. The view firefly.sample_point shows them with their labels.';
COMMENT ON COLUMN firefly.sample.series_id IS 'The series, firefly.series.id.';
COMMENT ON COLUMN firefly.sample.time IS 'When it was taken, to the millisecond; of delta temporality the end of the interval.';
COMMENT ON COLUMN firefly.sample.value IS 'The value, bit for bit: the NaN 7ff0000000000002 is Prometheus'' marker that the series ended.';

COMMENT ON TABLE firefly.exemplar IS 'Examples of what samples count, with labels that lead to them, such as the id of a trace.';
COMMENT ON COLUMN firefly.exemplar.series_id IS 'The series, firefly.series.id.';
COMMENT ON COLUMN firefly.exemplar.time IS 'When it was recorded, to the millisecond.';
COMMENT ON COLUMN firefly.exemplar.fingerprint IS 'XXH3-128 of value and labels, which tells apart those of one moment.';
COMMENT ON COLUMN firefly.exemplar.value IS 'The measured value.';
COMMENT ON COLUMN firefly.exemplar.labels IS 'Labels as an object of strings: trace_id and span_id in hexadecimal, and what else the sender adds.';

CREATE TABLE firefly.metric_metadata (
    fingerprint uuid        NOT NULL PRIMARY KEY,
    metric      text        NOT NULL,
    type        text        NOT NULL,
    unit        text        NOT NULL,
    help        text        NOT NULL,
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL
);
CREATE INDEX metric_metadata_metric ON firefly.metric_metadata (metric);

COMMENT ON TABLE firefly.metric_metadata IS 'What senders say about the metrics of samples. A metric has several rows if they do not agree.';
COMMENT ON COLUMN firefly.metric_metadata.fingerprint IS 'XXH3-128 of metric, type, unit and help.';
COMMENT ON COLUMN firefly.metric_metadata.metric IS 'Name of the metric family: that of its series without _bucket, _sum and _count.';
COMMENT ON COLUMN firefly.metric_metadata.type IS 'Prometheus type: counter, gauge, histogram, summary, gaugehistogram, info, stateset, or unknown, which delta temporality is.';
COMMENT ON COLUMN firefly.metric_metadata.unit IS 'Unit in Prometheus'' words, such as seconds; empty without one.';
COMMENT ON COLUMN firefly.metric_metadata.help IS 'Description; may be empty.';
COMMENT ON COLUMN firefly.metric_metadata.first_seen IS 'Hour of the oldest sample that came with it (its first moment).';
COMMENT ON COLUMN firefly.metric_metadata.last_seen IS 'Hour of the newest sample that came with it (its first moment).';

-- Time partitions: chunks of TimescaleDB, or native partitions made on demand by the writer (ensure_partitions_of).
DO $$
DECLARE
    grade constant text := current_setting('firefly.grade');
    timescaledb constant regnamespace := (SELECT extnamespace FROM pg_extension WHERE extname = 'timescaledb');
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['firefly.sample', 'firefly.exemplar'] LOOP
        IF grade IN ('community', 'apache') THEN
            EXECUTE format($ddl$
                SELECT %s.create_hypertable(
                    %L, 'time', chunk_time_interval => interval '1 day', create_default_indexes => false)
            $ddl$, timescaledb, parent);
        END IF;
        IF grade = 'community' THEN
            EXECUTE format($ddl$
                ALTER TABLE %s SET (
                    timescaledb.compress,
                    timescaledb.compress_segmentby = 'series_id',
                    timescaledb.compress_orderby = 'time')
            $ddl$, parent);
            -- As for statistic sets: few samples come later than this.
            EXECUTE format(
                'SELECT %s.add_compression_policy(%L, compress_after => interval ''3 days'')', timescaledb, parent);
        END IF;
    END LOOP;
END
$$;

CREATE VIEW firefly.sample_point AS
SELECT point.time, series.name AS metric, series.labels, point.value
FROM firefly.sample AS point
JOIN firefly.series ON series.id = point.series_id;

COMMENT ON VIEW firefly.sample_point IS 'Every sample with its labels. Counters only grow until they start anew; the amounts of delta temporality can be added up: firefly.metric_metadata says which is which.';
COMMENT ON COLUMN firefly.sample_point.time IS 'When it was taken; filter on it.';
COMMENT ON COLUMN firefly.sample_point.metric IS 'Metric name, such as http_requests_total.';
COMMENT ON COLUMN firefly.sample_point.labels IS 'Labels as an object of strings; labels ->> ''job'' gives one.';
COMMENT ON COLUMN firefly.sample_point.value IS 'The value; NaN where a series ended.';

GRANT SELECT, INSERT ON firefly.sample, firefly.exemplar TO firefly_ingest;
GRANT SELECT, INSERT, UPDATE ON firefly.metric_metadata TO firefly_ingest;
GRANT SELECT ON firefly.sample, firefly.exemplar, firefly.metric_metadata, firefly.sample_point TO firefly_read;
