-- Deliveries: what each function that receives was sent, stored and set aside, and how late it was; and what all of it
-- takes of the database.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do (see the README beside this
-- file).

-- A row for each instance, so that none waits for another. Updated many times within its minute: the free space keeps
-- the new versions on the page of the old ones, where they need no new entry in the index. Nothing deletes old rows yet:
-- that they are thinned will be up to the function `maintain`.
CREATE TABLE firefly.delivery_minute (
    minute              timestamptz NOT NULL,
    source              text        NOT NULL COLLATE "C",
    instance            uuid        NOT NULL,
    deliveries          bigint      NOT NULL,
    deliveries_with_lag bigint      NOT NULL,
    data_points         bigint      NOT NULL,
    stored              bigint      NOT NULL,
    set_aside           bigint      NOT NULL,
    bytes               bigint      NOT NULL,
    lag_sum_seconds     double precision NOT NULL,
    lag_maximum_seconds double precision,
    PRIMARY KEY (minute, source, instance)
) WITH (fillfactor = 50);

COMMENT ON TABLE firefly.delivery_minute IS 'What each instance of the functions that receive was delivered in each minute, written together with the data: a delivery that fails counts nothing. One that is repeated, or whose answer was lost, counts again. At most 1,440 rows a day for each source and instance.';
COMMENT ON COLUMN firefly.delivery_minute.minute IS 'Start of the minute in which it was stored.';
COMMENT ON COLUMN firefly.delivery_minute.source IS 'What was delivered: firehose, otlp spans, otlp metrics or remote-write.';
COMMENT ON COLUMN firefly.delivery_minute.instance IS 'The instance of the function: a random number that it makes when it starts.';
COMMENT ON COLUMN firefly.delivery_minute.deliveries IS 'Deliveries that were answered as stored, those without any data included.';
COMMENT ON COLUMN firefly.delivery_minute.deliveries_with_lag IS 'How many of them brought data to store, so that they have a lag.';
COMMENT ON COLUMN firefly.delivery_minute.data_points IS 'Data points, spans or samples that were read, the copies and those set aside included; of OpenTelemetry''s metrics the samples that they become, and the data points of those set aside.';
COMMENT ON COLUMN firefly.delivery_minute.stored IS 'Rows of statistic sets, spans or samples that they added or changed: fewer than data points where these were set aside, came twice, or were there already.';
COMMENT ON COLUMN firefly.delivery_minute.set_aside IS 'Pieces that they left in firefly.dead_letter, those that were there already included.';
COMMENT ON COLUMN firefly.delivery_minute.bytes IS 'Bytes of their bodies as they were sent, mostly compressed.';
COMMENT ON COLUMN firefly.delivery_minute.lag_sum_seconds IS 'Sum of their lags, in seconds. A lag is the time from the end of the newest period or span, or from the newest sample, until it was stored; 0 if that lies ahead.';
COMMENT ON COLUMN firefly.delivery_minute.lag_maximum_seconds IS 'The longest of their lags, in seconds; NULL without any.';

CREATE FUNCTION firefly.deliveries_between(since timestamptz, until timestamptz, step interval DEFAULT NULL)
RETURNS TABLE (
    "time" timestamptz, source text, deliveries bigint, data_points bigint, stored bigint, set_aside bigint,
    bytes bigint, lag_maximum_seconds double precision, lag_average_seconds double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        CASE WHEN step IS NULL THEN since ELSE date_bin(step, counted.minute, 'epoch') END,
        counted.source,
        sum(counted.deliveries)::bigint,
        sum(counted.data_points)::bigint,
        sum(counted.stored)::bigint,
        sum(counted.set_aside)::bigint,
        sum(counted.bytes)::bigint,
        max(counted.lag_maximum_seconds),
        sum(counted.lag_sum_seconds) / nullif(sum(counted.deliveries_with_lag), 0)::double precision
    FROM firefly.delivery_minute AS counted
    WHERE counted.minute >= since AND counted.minute < until
    GROUP BY 1, 2
$$;
COMMENT ON FUNCTION firefly.deliveries_between IS 'What was delivered in the minutes that began in a range of time, of all instances together: for each source and step a row, at the start of the step (aligned to 1970), or for the whole range at its start if the step is NULL. Lags are NULL where nothing was stored.';

-- What is read of TimescaleDB stands in bodies that are text, which depend on nothing: views of ours on its views would
-- keep ALTER EXTENSION from updating it.
--
-- Rows are counted by the statistics that the server keeps while it writes; those of the last ANALYZE stand in for them
-- after a crash.
DO $$
DECLARE
    grade constant text := current_setting('firefly.grade');
BEGIN
    IF grade IN ('community', 'apache') THEN
        CREATE FUNCTION firefly.partitions()
        RETURNS TABLE (
            table_name text, partition oid, compressed oid,
            range_start timestamptz, range_end timestamptz, rows_estimate bigint
        )
        LANGUAGE sql STABLE PARALLEL SAFE
        AS $function$
            SELECT
                chunk.hypertable_name::text,
                class.oid,
                settings.compress_relid::oid,
                chunk.range_start,
                chunk.range_end,
                CASE WHEN settings.compress_relid IS NULL
                    THEN coalesce(nullif(pg_stat_get_live_tuples(class.oid), 0), greatest(class.reltuples, 0)::bigint)
                    -- Those that it held when it was compressed, and those that came since.
                    ELSE coalesce(size.numrows_pre_compression, 0) + pg_stat_get_live_tuples(class.oid)
                END
            FROM timescaledb_information.chunks AS chunk
            JOIN pg_namespace AS namespace ON namespace.nspname = chunk.chunk_schema
            JOIN pg_class AS class ON class.relnamespace = namespace.oid AND class.relname = chunk.chunk_name
            LEFT JOIN _timescaledb_catalog.compression_settings AS settings
                ON settings.relid = class.oid AND settings.compress_relid IS NOT NULL
            LEFT JOIN _timescaledb_catalog.chunk AS named
                ON named.schema_name = chunk.chunk_schema AND named.table_name = chunk.chunk_name
            LEFT JOIN _timescaledb_catalog.compression_chunk_size AS size ON size.chunk_id = named.id
            WHERE chunk.hypertable_schema = 'firefly'
        $function$;
    ELSE
        CREATE FUNCTION firefly.partitions()
        RETURNS TABLE (
            table_name text, partition oid, compressed oid,
            range_start timestamptz, range_end timestamptz, rows_estimate bigint
        )
        LANGUAGE sql STABLE PARALLEL SAFE
        AS $function$
            SELECT
                parent.relname::text,
                class.oid,
                NULL::oid,
                day.first_moment,
                day.first_moment + interval '24 hours',
                coalesce(nullif(pg_stat_get_live_tuples(class.oid), 0), greatest(class.reltuples, 0)::bigint)
            FROM pg_class AS parent
            JOIN pg_namespace AS namespace ON namespace.oid = parent.relnamespace
            JOIN pg_inherits AS inherits ON inherits.inhparent = parent.oid
            JOIN pg_class AS class ON class.oid = inherits.inhrelid
            -- Their names end with their day: firefly.ensure_partitions_of. Their bounds are text in the reader's style.
            CROSS JOIN LATERAL (
                SELECT to_date(substring(class.relname FROM '_([0-9]{8})$'), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
            ) AS day (first_moment)
            WHERE namespace.nspname = 'firefly' AND parent.relkind = 'p'
        $function$;
    END IF;
    IF grade = 'community' THEN
        CREATE FUNCTION firefly.retentions() RETURNS TABLE (table_name text, retention interval)
        LANGUAGE sql STABLE PARALLEL SAFE
        AS $function$
            SELECT job.hypertable_name::text, min((job.config ->> 'drop_after')::interval)
            FROM timescaledb_information.jobs AS job
            WHERE job.hypertable_schema = 'firefly' AND job.proc_name = 'policy_retention' AND job.scheduled
            GROUP BY job.hypertable_name
        $function$;
    ELSE
        CREATE FUNCTION firefly.retentions() RETURNS TABLE (table_name text, retention interval)
        LANGUAGE sql STABLE PARALLEL SAFE
        AS $function$ SELECT NULL::text, NULL::interval WHERE false $function$;
    END IF;
END
$$;
COMMENT ON FUNCTION firefly.partitions IS 'The chunks or partitions of Firefly''s tables: the partition, the table that holds its compressed rows (NULL without one), which times it is for, and about how many rows it has.';
COMMENT ON FUNCTION firefly.retentions IS 'After what time which tables'' chunks are dropped, as far as TimescaleDB is told to.';

CREATE VIEW firefly.storage_table AS
SELECT
    class.relname::text AS table_name,
    pg_total_relation_size(class.oid) + coalesce(parts.bytes, 0) AS bytes,
    coalesce(
        parts.rows_estimate,
        nullif(pg_stat_get_live_tuples(class.oid), 0),
        greatest(class.reltuples, 0)::bigint
    ) AS rows_estimate,
    coalesce(parts.chunks, 0) AS chunks,
    coalesce(parts.compressed_chunks, 0) AS compressed_chunks,
    parts.oldest,
    parts.newest,
    kept.retention
FROM pg_class AS class
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
LEFT JOIN (
    SELECT
        part.table_name,
        sum(pg_total_relation_size(part.partition) + coalesce(pg_total_relation_size(part.compressed), 0))::bigint
            AS bytes,
        sum(part.rows_estimate)::bigint AS rows_estimate,
        count(*) AS chunks,
        count(part.compressed) AS compressed_chunks,
        min(part.range_start) AS oldest,
        max(part.range_end) AS newest
    FROM firefly.partitions() AS part
    GROUP BY part.table_name
) AS parts ON parts.table_name = class.relname::text
LEFT JOIN firefly.retentions() AS kept ON kept.table_name = class.relname::text
WHERE namespace.nspname = 'firefly' AND class.relkind IN ('r', 'p') AND NOT class.relispartition;

COMMENT ON VIEW firefly.storage_table IS 'What each of Firefly''s tables takes of the database.';
COMMENT ON COLUMN firefly.storage_table.table_name IS 'Name of the table in the schema firefly.';
COMMENT ON COLUMN firefly.storage_table.bytes IS 'Its size in bytes, with indexes, with all chunks, and with what is compressed.';
COMMENT ON COLUMN firefly.storage_table.rows_estimate IS 'About how many rows it has, from the server''s statistics.';
COMMENT ON COLUMN firefly.storage_table.chunks IS 'Its chunks or partitions, one for each day with data; 0 if it has none by its nature.';
COMMENT ON COLUMN firefly.storage_table.compressed_chunks IS 'How many of them are compressed.';
COMMENT ON COLUMN firefly.storage_table.oldest IS 'Start of its oldest chunk: no row is older. NULL without chunks.';
COMMENT ON COLUMN firefly.storage_table.newest IS 'End of its newest chunk: all rows are older. NULL without chunks.';
COMMENT ON COLUMN firefly.storage_table.retention IS 'After what time its chunks are dropped; NULL if they are kept.';

CREATE VIEW firefly.storage_day AS
SELECT
    part.range_start AS day,
    coalesce(sum(part.rows_estimate) FILTER (WHERE part.table_name = 'statistic_set'), 0)::bigint AS statistic_sets,
    coalesce(sum(part.rows_estimate) FILTER (WHERE part.table_name = 'sample'), 0)::bigint AS samples,
    coalesce(sum(part.rows_estimate) FILTER (WHERE part.table_name = 'stored_span'), 0)::bigint AS spans
FROM firefly.partitions() AS part
WHERE part.table_name IN ('statistic_set', 'sample', 'stored_span')
GROUP BY part.range_start;

COMMENT ON VIEW firefly.storage_day IS 'About how many rows are stored of each day, from the server''s statistics. A day without data has no row.';
COMMENT ON COLUMN firefly.storage_day.day IS 'Start of the day, UTC, in which the periods and spans began and the samples were taken.';
COMMENT ON COLUMN firefly.storage_day.statistic_sets IS 'CloudWatch data points.';
COMMENT ON COLUMN firefly.storage_day.samples IS 'Samples of OpenTelemetry''s metrics and of remote write.';
COMMENT ON COLUMN firefly.storage_day.spans IS 'Spans.';

CREATE VIEW firefly.storage_total AS
SELECT pg_database_size(current_database()) AS database_size_bytes;

COMMENT ON VIEW firefly.storage_total IS 'One row: what the whole database takes on disk.';
COMMENT ON COLUMN firefly.storage_total.database_size_bytes IS 'Size of the database in bytes, with everything in it, Firefly''s or not.';

GRANT SELECT, INSERT, UPDATE ON firefly.delivery_minute TO firefly_ingest;
GRANT SELECT ON firefly.delivery_minute, firefly.storage_table, firefly.storage_day, firefly.storage_total
    TO firefly_read;
