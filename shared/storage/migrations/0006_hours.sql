-- Hours: the statistic sets of whole hours, added up, and what Lambda functions did in any range of time.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do (see the README beside this
-- file).

CREATE TABLE firefly.statistic_hour (
    series_id bigint           NOT NULL,
    hour      timestamptz      NOT NULL,
    samples   double precision NOT NULL,
    sum       double precision NOT NULL,
    minimum   double precision NOT NULL,
    maximum   double precision NOT NULL,
    PRIMARY KEY (series_id, hour) INCLUDE (samples, sum, minimum, maximum)
);

COMMENT ON TABLE firefly.statistic_hour IS 'CloudWatch data points of whole hours: a row for each series and hour with any. Made by firefly.refresh_statistic_hours; firefly.statistic_hour_bucket says which hours it is true for.';
COMMENT ON COLUMN firefly.statistic_hour.series_id IS 'The series, firefly.series.id.';
COMMENT ON COLUMN firefly.statistic_hour.hour IS 'Start of the hour, UTC.';
COMMENT ON COLUMN firefly.statistic_hour.samples IS 'Number of samples in the hour.';
COMMENT ON COLUMN firefly.statistic_hour.sum IS 'Sum of the samples, in the unit of the series.';
COMMENT ON COLUMN firefly.statistic_hour.minimum IS 'Smallest sample, in the unit of the series.';
COMMENT ON COLUMN firefly.statistic_hour.maximum IS 'Largest sample, in the unit of the series.';

CREATE TABLE firefly.statistic_hour_bucket (
    hour  timestamptz NOT NULL PRIMARY KEY,
    stale boolean     NOT NULL
);
CREATE INDEX statistic_hour_bucket_stale ON firefly.statistic_hour_bucket (hour) WHERE stale;

COMMENT ON TABLE firefly.statistic_hour_bucket IS 'For which hours firefly.statistic_hour is made, or has to be made anew. Of an hour that is stale or has no row here, only firefly.statistic_set tells.';
COMMENT ON COLUMN firefly.statistic_hour_bucket.hour IS 'Start of the hour, UTC.';
COMMENT ON COLUMN firefly.statistic_hour_bucket.stale IS 'Whether data points may have come since the hour was made.';

-- What is stored already.
INSERT INTO firefly.statistic_hour_bucket (hour, stale)
SELECT hour, true
FROM (SELECT min(first_seen) AS first, max(last_seen) AS last FROM firefly.series WHERE kind = 1) AS seen
CROSS JOIN LATERAL generate_series(seen.first, least(seen.last, now()), interval '1 hour') AS hour;

-- An hour is settled ten minutes after its end. Until nine minutes after its end writers only see to it that its row is
-- there: they end within less than the minute that is left. Later ones update the row, which waits for the making of the
-- hour or is waited for by it: an hour whose row a writer holds is left for the next time, so that nothing waits in
-- circles. So no data point is missed.
--
-- The newest hours first: they are what is looked at, and after a migration there are many. After a second no further
-- hour is begun. Hours without a row, in which nothing came or only the release before this one wrote, get theirs.
CREATE FUNCTION firefly.refresh_statistic_hours(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
    width constant interval := interval '1 hour';
    settled constant timestamptz := now() - interval '10 minutes';
    this_hour timestamptz;
    refreshed integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('firefly.refresh_statistic_hours', 0)) THEN
        RETURN 0;
    END IF;
    INSERT INTO firefly.statistic_hour_bucket (hour, stale)
    SELECT hour, true
    FROM (SELECT min(hour) AS first FROM firefly.statistic_hour_bucket) AS known
    CROSS JOIN LATERAL generate_series(known.first, settled - width, width) AS hour
    WHERE NOT EXISTS (SELECT FROM firefly.statistic_hour_bucket AS present WHERE present.hour = hour.hour)
    ORDER BY hour
    ON CONFLICT (hour) DO NOTHING;
    FOR this_hour IN
        SELECT hour FROM firefly.statistic_hour_bucket
        WHERE stale AND hour + width <= settled
        ORDER BY hour DESC LIMIT most
    LOOP
        EXIT WHEN refreshed > 0 AND clock_timestamp() > now() + interval '1 second';
        PERFORM FROM firefly.statistic_hour_bucket WHERE hour = this_hour FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        UPDATE firefly.statistic_hour_bucket SET stale = false WHERE hour = this_hour;
        INSERT INTO firefly.statistic_hour AS made (series_id, hour, samples, sum, minimum, maximum)
        SELECT series.id, this_hour, points.samples, points.sum, points.minimum, points.maximum
        FROM firefly.series
        CROSS JOIN LATERAL (
            SELECT sum(point.samples) AS samples, sum(point.sum) AS sum,
                min(point.minimum) AS minimum, max(point.maximum) AS maximum
            FROM firefly.statistic_set AS point
            WHERE point.series_id = series.id AND point.time >= this_hour AND point.time < this_hour + width
            HAVING count(*) > 0
        ) AS points
        WHERE series.kind = 1 AND series.first_seen <= this_hour AND series.last_seen >= this_hour
        ORDER BY series.id
        ON CONFLICT (series_id, hour) DO UPDATE SET
            samples = excluded.samples, sum = excluded.sum, minimum = excluded.minimum, maximum = excluded.maximum
        WHERE (made.samples, made.sum, made.minimum, made.maximum)
            <> (excluded.samples, excluded.sum, excluded.minimum, excluded.maximum);
        refreshed := refreshed + 1;
    END LOOP;
    RETURN refreshed;
END
$function$;
COMMENT ON FUNCTION firefly.refresh_statistic_hours IS 'Makes firefly.statistic_hour of at most so many hours, the newest first, that are over and of which data points have come; says of how many.';
REVOKE ALL ON FUNCTION firefly.refresh_statistic_hours FROM PUBLIC;
GRANT EXECUTE ON FUNCTION firefly.refresh_statistic_hours TO firefly_ingest;

GRANT SELECT, INSERT, UPDATE ON firefly.statistic_hour_bucket TO firefly_ingest;
GRANT SELECT ON firefly.statistic_hour, firefly.statistic_hour_bucket TO firefly_read;
