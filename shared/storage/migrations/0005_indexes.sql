-- Indexes: what queries read of data points and samples is in the indexes as well.
--
-- Minutes arrive side by side: those of one series lie on as many pages as there are. In the index they are in the order
-- of series and time, and the table itself is left alone.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do (see the README beside this
-- file).

DO $$
DECLARE
    grade constant text := current_setting('firefly.grade');
    timescaledb constant regnamespace := (SELECT extnamespace FROM pg_extension WHERE extname = 'timescaledb');
    parent text;
    included text;
    has_compressed boolean;
BEGIN
    FOR parent, included IN VALUES ('statistic_set', 'samples, sum, minimum, maximum'), ('sample', 'value') LOOP
        -- TimescaleDB has not always changed keys of tables that are to be compressed. Where something is compressed
        -- already, only those versions that can do it may go on.
        IF grade = 'community' THEN
            EXECUTE format(
                'SELECT EXISTS (SELECT FROM timescaledb_information.chunks
                    WHERE hypertable_schema = ''firefly'' AND hypertable_name = %L AND is_compressed)', parent)
                INTO has_compressed;
            IF NOT has_compressed THEN
                EXECUTE format(
                    'SELECT %s.remove_compression_policy(''firefly.%I'', if_exists => true)', timescaledb, parent);
                EXECUTE format('ALTER TABLE firefly.%I SET (timescaledb.compress = false)', parent);
            END IF;
        END IF;
        EXECUTE format('ALTER TABLE firefly.%I DROP CONSTRAINT %I', parent, parent || '_pkey');
        EXECUTE format(
            'ALTER TABLE firefly.%I ADD PRIMARY KEY (series_id, time) INCLUDE (%s)', parent, included);
        IF grade = 'community' AND NOT has_compressed THEN
            EXECUTE format(
                'ALTER TABLE firefly.%I SET (
                    timescaledb.compress,
                    timescaledb.compress_segmentby = ''series_id'',
                    timescaledb.compress_orderby = ''time'')', parent);
            EXECUTE format(
                'SELECT %s.add_compression_policy(''firefly.%I'', compress_after => interval ''3 days'')',
                timescaledb, parent);
        END IF;
    END LOOP;
END
$$;

-- Of 1,000 characters at most, jsonb fits into an index row whatever it holds. There are hardly any others.
CREATE INDEX statistic_set_extra ON firefly.statistic_set (series_id, time) INCLUDE (extra)
    WHERE octet_length(extra::text) <= 1000;
CREATE INDEX statistic_set_long_extra ON firefly.statistic_set (series_id, time) WHERE octet_length(extra::text) > 1000;

CREATE VIEW firefly.extra_set AS
SELECT series_id, time, extra FROM firefly.statistic_set WHERE octet_length(extra::text) <= 1000
UNION ALL
SELECT series_id, time, extra FROM firefly.statistic_set WHERE octet_length(extra::text) > 1000;

COMMENT ON VIEW firefly.extra_set IS 'The data points with extra statistics, and these alone, which an index answers by itself.';
COMMENT ON COLUMN firefly.extra_set.series_id IS 'The series, firefly.series.id.';
COMMENT ON COLUMN firefly.extra_set.time IS 'Start of the period; filter on it and on series_id.';
COMMENT ON COLUMN firefly.extra_set.extra IS 'Further statistics by CloudWatch name, such as {"p99": 12.5}, in the unit of the series.';
GRANT SELECT ON firefly.extra_set TO firefly_read;

-- PostgreSQL reads an index alone only where VACUUM has been since the rows came, which by itself it is when a fifth of
-- the table is new: too seldom for the minutes of today.
DO $$
DECLARE
    settings constant text := 'autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000';
    partition regclass;
BEGIN
    IF current_setting('firefly.grade') IN ('community', 'apache') THEN
        -- Chunks have the settings of their table.
        EXECUTE format('ALTER TABLE firefly.statistic_set SET (%s)', settings);
        EXECUTE format('ALTER TABLE firefly.sample SET (%s)', settings);
        RETURN;
    END IF;
    FOR partition IN
        SELECT inhrelid FROM pg_inherits
        WHERE inhparent IN ('firefly.statistic_set'::regclass, 'firefly.sample'::regclass)
    LOOP
        EXECUTE format('ALTER TABLE %s SET (%s)', partition, settings);
    END LOOP;
    EXECUTE format($ddl$
        CREATE OR REPLACE FUNCTION firefly.ensure_partitions_of(parent name, days date[]) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $function$
        DECLARE
            day date;
            partition name;
        BEGIN
            IF cardinality(days) > 1000 THEN
                RAISE EXCEPTION 'partitions for %% days at once are too many', cardinality(days);
            END IF;
            IF NOT EXISTS (
                SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(format('firefly.%%I', parent))
            ) THEN
                RAISE EXCEPTION 'firefly.%% is not partitioned', parent;
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended('firefly.ensure_partitions', 0));
            FOREACH day IN ARRAY days LOOP
                partition := parent || '_' || to_char(day, 'YYYYMMDD');
                CONTINUE WHEN to_regclass(format('firefly.%%I', partition)) IS NOT NULL;
                EXECUTE format(
                    'CREATE TABLE firefly.%%I (LIKE firefly.%%I INCLUDING ALL) WITH (%s)', partition, parent);
                EXECUTE format(
                    'ALTER TABLE firefly.%%I ATTACH PARTITION firefly.%%I FOR VALUES FROM (%%L) TO (%%L)',
                    parent, partition, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
            END LOOP;
        END
        $function$
    $ddl$, settings);
END
$$;
