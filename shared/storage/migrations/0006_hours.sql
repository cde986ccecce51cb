-- Hours: the statistic sets of whole hours, added up, and what Lambda functions did in a range of time.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do (see the README beside this
-- file).

-- Queries read the index alone, which takes a VACUUM since the rows came.
CREATE TABLE firefly.statistic_hour (
    series_id bigint           NOT NULL,
    hour      timestamptz      NOT NULL,
    samples   double precision NOT NULL,
    sum       double precision NOT NULL,
    minimum   double precision NOT NULL,
    maximum   double precision NOT NULL,
    PRIMARY KEY (series_id, hour) INCLUDE (samples, sum, minimum, maximum)
) WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);

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
-- there: they end within less than the minute that is left. Later ones make the row stale, or hold it if it is, together
-- with other writers. For that they wait until the hour is made, if somebody is at it; an hour whose row a writer has is
-- left for the next time, so that nothing waits in circles. So no data point is missed.
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

-- The functions below are inlined into the queries that call them, so that these read the hours, minutes and series that
-- they ask for and no others. Bounds are computed by immutable functions alone, which leaves the planner constants that
-- it can exclude partitions by.

CREATE FUNCTION firefly.hour_from(moment timestamptz, further integer DEFAULT 0) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT to_timestamp(
        ((ceil(extract(epoch FROM moment - 'epoch'::timestamptz) / 3600) + further) * 3600)::double precision)
$$;
COMMENT ON FUNCTION firefly.hour_from IS 'The first start of an hour, UTC, at or after a moment; or so many hours after that.';

CREATE FUNCTION firefly.is_whole_hours(step interval) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT step IS NULL OR extract(epoch FROM step) % 3600 = 0 $$;
COMMENT ON FUNCTION firefly.is_whole_hours IS 'Whether steps of this length consist of whole hours, as one step without a length does for its inner part.';

CREATE FUNCTION firefly.step_of(moment timestamptz, since timestamptz, step interval) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN step IS NULL THEN since ELSE date_bin(step, moment, 'epoch') END $$;
COMMENT ON FUNCTION firefly.step_of IS 'Start of the step that a moment falls into: aligned to 1970, UTC; since where the step is NULL.';

-- Of two bounds on the time, the first excludes partitions when the query is planned, the second is exact.
CREATE FUNCTION firefly.unsettled_statistics(series bigint, since timestamptz, until timestamptz)
RETURNS TABLE (
    "time" timestamptz, samples double precision, sum double precision, minimum double precision,
    maximum double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT point.time, point.samples, point.sum, point.minimum, point.maximum
    FROM unnest((
        SELECT tstzmultirange(tstzrange(least(since, until), until))
            - coalesce(range_agg(tstzrange(hour, hour + interval '1 hour')), '{}')
        FROM firefly.statistic_hour_bucket
        WHERE NOT stale AND hour >= firefly.hour_from(since) AND hour < date_bin('1 hour', until, 'epoch')
    )) AS unsettled
    CROSS JOIN LATERAL (
        SELECT stored.time, stored.samples, stored.sum, stored.minimum, stored.maximum
        FROM firefly.statistic_set AS stored
        WHERE stored.series_id = series
            AND stored.time >= since AND stored.time < until
            AND stored.time >= lower(unsettled) AND stored.time < upper(unsettled)
        OFFSET 0
    ) AS point
    WHERE since < until
$$;
COMMENT ON FUNCTION firefly.unsettled_statistics IS 'The data points of a series in a range of time, without those of the whole hours in it that firefly.statistic_hour is true for.';

-- Each moment of the range is read once: whole hours that are settled from the hours, everything else from the minutes.
-- Of these, the hours of which it is not known when the query is planned whether they are settled, are divided into the
-- last two, which often are not, and the ones before, which mostly are: their partitions would be looked at for each
-- series.
CREATE FUNCTION firefly.statistics_between(series bigint, since timestamptz, until timestamptz, step interval)
RETURNS TABLE (
    "time" timestamptz, samples double precision, sum double precision, minimum double precision,
    maximum double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT part.time, sum(part.samples), sum(part.sum), min(part.minimum), max(part.maximum)
    FROM (
        SELECT made.time, made.samples, made.sum, made.minimum, made.maximum
        FROM unnest((
            SELECT range_agg(tstzrange(hour, hour + interval '1 hour'))
            FROM firefly.statistic_hour_bucket
            WHERE NOT stale AND hour >= firefly.hour_from(since) AND hour < date_bin('1 hour', until, 'epoch')
        )) AS settled
        CROSS JOIN LATERAL (
            SELECT firefly.step_of(added.hour, since, step) AS time,
                sum(added.samples) AS samples, sum(added.sum) AS sum,
                min(added.minimum) AS minimum, max(added.maximum) AS maximum
            FROM firefly.statistic_hour AS added
            WHERE added.series_id = series AND added.hour >= lower(settled) AND added.hour < upper(settled)
            GROUP BY 1
        ) AS made
        WHERE firefly.is_whole_hours(step)
        UNION ALL
        SELECT firefly.step_of(point.time, since, step), point.samples, point.sum, point.minimum, point.maximum
        FROM (
            SELECT first.time, first.samples, first.sum, first.minimum, first.maximum
            FROM firefly.statistic_set AS first
            WHERE first.series_id = series AND first.time >= since AND first.time < until
                AND first.time < CASE WHEN firefly.is_whole_hours(step) THEN firefly.hour_from(since) ELSE until END
            UNION ALL
            SELECT * FROM firefly.unsettled_statistics(series, firefly.hour_from(since), firefly.hour_from(until, -3))
            WHERE firefly.is_whole_hours(step)
            UNION ALL
            SELECT *
            FROM firefly.unsettled_statistics(
                series, greatest(firefly.hour_from(since), firefly.hour_from(until, -3)), until)
            WHERE firefly.is_whole_hours(step)
        ) AS point
    ) AS part
    GROUP BY 1
$$;
COMMENT ON FUNCTION firefly.statistics_between IS 'The statistics of a CloudWatch series from since until before until, a row for each step with data (aligned to 1970, UTC), or one for all of it where the step is NULL. Exact; fast over long ranges if the step is NULL or of whole hours.';

-- The dimension set {FunctionName} alone, as in firefly.lambda_minute. The index holds it, so that queries for a few
-- functions need not look at the whole catalogue; its condition is that of the view.
CREATE INDEX series_lambda_function ON firefly.series ((labels ->> 'FunctionName'), name)
    WHERE namespace = 'AWS/Lambda' AND labels ? 'FunctionName' AND labels - 'FunctionName' = '{}';
CREATE VIEW firefly.lambda_series AS
SELECT id AS series_id, account_id, region, labels ->> 'FunctionName' AS function_name, name AS metric_name
FROM firefly.series
WHERE namespace = 'AWS/Lambda' AND labels ? 'FunctionName' AND labels - 'FunctionName' = '{}';

COMMENT ON VIEW firefly.lambda_series IS 'The CloudWatch series of Lambda functions, over all their versions and aliases.';
COMMENT ON COLUMN firefly.lambda_series.series_id IS 'The series, firefly.series.id.';
COMMENT ON COLUMN firefly.lambda_series.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.lambda_series.region IS 'AWS region.';
COMMENT ON COLUMN firefly.lambda_series.function_name IS 'Name of the function.';
COMMENT ON COLUMN firefly.lambda_series.metric_name IS 'Metric name, such as Duration.';

CREATE FUNCTION firefly.lambda_activity(since timestamptz, until timestamptz, step interval DEFAULT NULL)
RETURNS TABLE (
    account_id text, region text, function_name text, "time" timestamptz,
    invocations double precision, errors double precision, throttles double precision,
    duration_samples double precision, duration_sum_ms double precision, duration_average_ms double precision,
    duration_minimum_ms double precision, duration_maximum_ms double precision,
    concurrent_executions double precision, iterator_age_maximum_ms double precision,
    dead_letter_errors double precision, async_events_dropped double precision,
    destination_delivery_failures double precision, async_event_age_maximum_ms double precision,
    provisioned_concurrency_spillover double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT series.account_id, series.region, series.function_name, part.time,
        max(part.sum) FILTER (WHERE series.metric_name = 'Invocations'),
        max(part.sum) FILTER (WHERE series.metric_name = 'Errors'),
        max(part.sum) FILTER (WHERE series.metric_name = 'Throttles'),
        max(part.samples) FILTER (WHERE series.metric_name = 'Duration'),
        max(part.sum) FILTER (WHERE series.metric_name = 'Duration'),
        max(part.sum / nullif(part.samples, 0)) FILTER (WHERE series.metric_name = 'Duration'),
        max(part.minimum) FILTER (WHERE series.metric_name = 'Duration'),
        max(part.maximum) FILTER (WHERE series.metric_name = 'Duration'),
        max(part.maximum) FILTER (WHERE series.metric_name = 'ConcurrentExecutions'),
        max(part.maximum) FILTER (WHERE series.metric_name = 'IteratorAge'),
        max(part.sum) FILTER (WHERE series.metric_name = 'DeadLetterErrors'),
        max(part.sum) FILTER (WHERE series.metric_name = 'AsyncEventsDropped'),
        max(part.sum) FILTER (WHERE series.metric_name = 'DestinationDeliveryFailures'),
        max(part.maximum) FILTER (WHERE series.metric_name = 'AsyncEventAge'),
        max(part.sum) FILTER (WHERE series.metric_name = 'ProvisionedConcurrencySpilloverInvocations')
    FROM firefly.lambda_series AS series
    CROSS JOIN LATERAL firefly.statistics_between(series.series_id, since, until, step) AS part
    WHERE series.metric_name IN (
        'Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions', 'IteratorAge', 'DeadLetterErrors',
        'AsyncEventsDropped', 'DestinationDeliveryFailures', 'AsyncEventAge',
        'ProvisionedConcurrencySpilloverInvocations')
    GROUP BY series.account_id, series.region, series.function_name, part.time
$$;
COMMENT ON FUNCTION firefly.lambda_activity IS 'What each Lambda function did from since until before until, a row for each step in which it has data (aligned to 1970, UTC), or one for all of it where the step is NULL. Counts are sums, durations in milliseconds over all invocations, concurrency and ages the largest; NULL where a metric has no data. Exact; fast over long ranges if the step is NULL or of whole hours.';

CREATE FUNCTION firefly.lambda_latency(since timestamptz, until timestamptz, step interval DEFAULT NULL)
RETURNS TABLE (
    account_id text, region text, function_name text, "time" timestamptz,
    duration_p50_ms double precision, duration_p90_ms double precision, duration_p95_ms double precision,
    duration_p99_ms double precision)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT series.account_id, series.region, series.function_name, part.time, part.p50, part.p90, part.p95, part.p99
    FROM firefly.lambda_series AS series
    CROSS JOIN LATERAL (
        SELECT firefly.step_of(point.time, since, step) AS time,
            max((point.extra ->> 'p50')::double precision) AS p50,
            max((point.extra ->> 'p90')::double precision) AS p90,
            max((point.extra ->> 'p95')::double precision) AS p95,
            max((point.extra ->> 'p99')::double precision) AS p99
        FROM firefly.extra_set AS point
        WHERE point.series_id = series.series_id AND point.time >= since AND point.time < until
        GROUP BY 1
    ) AS part
    WHERE series.metric_name = 'Duration'
$$;
COMMENT ON FUNCTION firefly.lambda_latency IS 'Percentiles of the duration of each Lambda function in milliseconds, where the metric stream sends them: of each step (as in firefly.lambda_activity) the largest that a minute had, as percentiles cannot be added up. NULL where one is not sent.';

GRANT SELECT, INSERT, UPDATE ON firefly.statistic_hour_bucket TO firefly_ingest;
GRANT SELECT ON firefly.statistic_hour, firefly.statistic_hour_bucket, firefly.lambda_series TO firefly_read;
