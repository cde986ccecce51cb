-- Insights: rules over what functions do, with thresholds that the owner may edit, and the table of functions.

CREATE TABLE firefly.insight_rule (
    rule                text             NOT NULL PRIMARY KEY,
    title               text             NOT NULL,
    unit                text             NOT NULL,
    warning             double precision,
    critical            double precision,
    minimum_invocations double precision NOT NULL,
    minimum_critical    double precision NOT NULL,
    enabled             boolean          NOT NULL DEFAULT true,
    advice              text             NOT NULL,
    description         text             NOT NULL
);

COMMENT ON TABLE firefly.insight_rule IS 'Rules by which functions need attention. To be edited: thresholds, minimums, enabled and the texts. Migrations do not undo that.';
COMMENT ON COLUMN firefly.insight_rule.rule IS 'Name of the rule, as in firefly.insights_between, which knows how its value is computed.';
COMMENT ON COLUMN firefly.insight_rule.title IS 'What it is called on dashboards.';
COMMENT ON COLUMN firefly.insight_rule.unit IS 'Unit of values and thresholds: %, s, times, or what is counted.';
COMMENT ON COLUMN firefly.insight_rule.warning IS 'The rule fires with severity warning above this value; NULL: never.';
COMMENT ON COLUMN firefly.insight_rule.critical IS 'The rule fires with severity critical above this value; NULL: never.';
COMMENT ON COLUMN firefly.insight_rule.minimum_invocations IS 'The rule is silent for a function with fewer invocations in the range of time.';
COMMENT ON COLUMN firefly.insight_rule.minimum_critical IS 'With fewer occurrences (of what the rule looks for, such as errors) it is at most a warning.';
COMMENT ON COLUMN firefly.insight_rule.enabled IS 'Whether the rule is looked at.';
COMMENT ON COLUMN firefly.insight_rule.advice IS 'What to do when it fires.';
COMMENT ON COLUMN firefly.insight_rule.description IS 'What it looks at, when it is silent, and why its thresholds are these.';

INSERT INTO firefly.insight_rule
    (rule, title, unit, warning, critical, minimum_invocations, minimum_critical, advice, description)
VALUES
('error_rate', 'Errors', '%', 1, 5, 1, 5,
    'Open the failed traces and read the exception that most of them share.',
    'Failed invocations of all invocations, in percent. Critical takes at least 5 errors, so that one of two at night is a warning.'),
('throttles', 'Throttles', '%', 0, 10, 0, 5,
    'Raise the reserved concurrency of the function or the limit of the account, or slow down who calls it.',
    'Throttled requests of all requests, in percent. Any is a warning; critical takes at least 5.'),
('duration_near_timeout', 'Duration near the timeout', '%', 80, 95, 1, 0,
    'Find what the slowest traces wait for, and raise the timeout if they are meant to take so long.',
    'The longest duration (CloudWatch) of the timeout (function_config), in percent. Silent where the timeout is not known.'),
('concurrency_near_limit', 'Concurrency near the limit', '%', 80, 95, 0, 0,
    'Raise the limit before requests are throttled, or shorten the invocations.',
    'The most concurrent executions of the function''s reserved concurrency, in percent; and of all functions of an account in a region of its limit (account_config), in a row without function_name, from the metrics ClaimedAccountConcurrency or else ConcurrentExecutions without dimensions. Silent where the limit is not known.'),
('iterator_age', 'Stream falls behind', 's', 60, 7200, 0, 0,
    'Add shards or parallelization, and look for a record that fails again and again.',
    'The age of the oldest record that was read from a stream, in seconds.'),
('dead_letters', 'Events lost after failure', 'events', 0, 10, 0, 0,
    'Give the function the permission to send to its dead-letter queue or destination, and replay what was lost.',
    'Events that could be sent neither to the dead-letter queue (DeadLetterErrors) nor to the destination (DestinationDeliveryFailures).'),
('async_drops', 'Asynchronous events dropped', 'events', 0, 10, 0, 0,
    'Give the function a destination for failures, and raise its concurrency or the maximum age of events.',
    'Asynchronous events that were dropped without a successful run (AsyncEventsDropped).'),
('no_data', 'No invocations', 'invocations expected', 9, 999, 0, 0,
    'Check whether what calls the function still runs, and whether its trigger is enabled.',
    'Invocations that the same hours one week before make expect, where there were none in the range. The range must be an hour or longer and over. Silent unless other functions of the account and region were invoked both in the first and in the last 15 minutes of the range, and unless at least half of those of which invocations were expected had some: else the pipeline is silent, or the whole system, not the function.'),
('duration_anomaly', 'Slower than usual', 'times', 2, 5, 100, 0,
    'Compare a slow trace with one of last week, and look at what was deployed in between.',
    'The average duration divided by that of the same whole hours one and two weeks before, the longer of the two. Fires only if also in at least half of the minutes (of hours or days in longer ranges) with invocations the average was above the threshold, so that single slow invocations do not count, and if the difference is at least 50 ms. Each of the weeks counts if it had the minimum of invocations; silent without any.'),
('error_anomaly', 'More errors than usual', 'times', 3, 10, 100, 20,
    'Look at what was deployed since last week, and at exceptions that are new.',
    'Errors divided by those to be expected at the error rate of the same whole hours one and two weeks before, the higher of the two, one error added to each. Fires only with 10 errors or more, and if these are more than four standard deviations (of a Poisson distribution) above the expected. Each of the weeks counts if it had the minimum of invocations; silent without any.'),
('memory_near_limit', 'Memory near the limit', '%', 90, 95, 1, 0,
    'Raise the memory of the function before it is ended, or look for a leak.',
    'The most memory that an invocation used of what the function has, in percent. From Lambda Insights; silent without it.'),
('memory_over_provisioned', 'Memory hardly used', '% unused', 90, NULL, 50, 0,
    'Lower the memory of the function, and check that it does not become slower.',
    'Memory that no invocation used, in percent of what the function has. From Lambda Insights; silent without it.'),
('cold_starts', 'Cold starts', '%', 5, NULL, 100, 0,
    'Make initialisation shorter, or give the function provisioned concurrency if its callers wait for it.',
    'Cold starts of all invocations, in percent. From Lambda Insights (init_duration), else from spans (faas.coldstart); silent without either.'),
('out_of_memory', 'Out of memory', 'invocations', 0, 10, 0, 0,
    'Raise the memory of the function, and look at what the failed invocations had to read.',
    'Invocations whose span says that memory ran out (Runtime.OutOfMemory, the runtime''s own exception, signal: killed). At least one where Lambda Insights shows all memory used and there were errors.'),
('timeouts', 'Timeouts', 'invocations', 0, 10, 0, 0,
    'Find what the last span before the end waits for, give it a shorter timeout of its own, and raise that of the function.',
    'Invocations whose span says that they ran into the timeout (Sandbox.Timedout, Task timed out). At least one where the longest duration reached the timeout of function_config and there were errors, as a function that is ended often sends no span.');

CREATE TYPE firefly.fired_insight AS (
    rule text, title text, severity text, account_id text, region text, function_name text, value double precision,
    threshold double precision, unit text, since timestamptz, advice text
);
COMMENT ON TYPE firefly.fired_insight IS 'The row of firefly.insights_between.';

-- Immutable, as the functions of 0006_hours.sql: what the planner can compute, it can exclude partitions by.
CREATE FUNCTION firefly.insight_step(since timestamptz, until timestamptz) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN extract(epoch FROM until - since) <= 3 * 3600 THEN interval '1 minute'
        WHEN extract(epoch FROM until - since) <= 72 * 3600 THEN interval '1 hour'
        ELSE interval '24 hours' END
$$;
COMMENT ON FUNCTION firefly.insight_step IS 'Length of the steps of a range of time in which firefly.insights_between finds out since when a rule fires: a minute; in ranges over 3 hours an hour, over 72 hours a day.';

-- Memory is in percent of what the function has. The dimension set {function_name} alone counts each invocation once.
CREATE FUNCTION firefly.lambda_insights_between(
    since timestamptz, until timestamptz, threshold_percent double precision DEFAULT NULL)
RETURNS TABLE (
    account_id text, region text, function_name text, memory_percent double precision, over_since timestamptz,
    full_since timestamptz, cold_starts double precision, first_cold_start timestamptz
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        series.account_id, series.region, series.labels ->> 'function_name',
        max(point.maximum) FILTER (WHERE series.name = 'memory_utilization'),
        min(point.time) FILTER (WHERE series.name = 'memory_utilization' AND point.maximum > threshold_percent),
        min(point.time) FILTER (WHERE series.name = 'memory_utilization' AND point.maximum >= 100),
        sum(point.samples) FILTER (WHERE series.name = 'init_duration'),
        min(point.time) FILTER (WHERE series.name = 'init_duration')
    FROM firefly.series
    CROSS JOIN LATERAL firefly.statistics_between(
        series.id, since, until, firefly.insight_step(since, until)) AS point
    WHERE series.namespace = 'LambdaInsights' AND series.name IN ('memory_utilization', 'init_duration')
        AND series.labels ? 'function_name' AND series.labels - 'function_name' = '{}'
    GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION firefly.lambda_insights_between IS 'What CloudWatch Lambda Insights says of each function that has it in a range of time: memory_percent, the most memory used of what the function has; over_since and full_since, the first minutes (or longer steps, firefly.insight_step) in which that was above threshold_percent and all of it; cold_starts, and first_cold_start, the minute of the first.';

-- What is known of a function in a range of time, on which the rules stand; in a row without function_name, of an account
-- in a region.
CREATE TYPE firefly.function_state AS (
    account_id text, region text, function_name text,
    invocations double precision, errors double precision, throttles double precision,
    duration_samples double precision, duration_sum_ms double precision, duration_maximum_ms double precision,
    timeout_percent double precision, concurrency_percent double precision, iterator_age_s double precision,
    dead_letters double precision, async_drops double precision,
    usual_duration_ms double precision, usual_errors double precision, is_mostly_slow boolean,
    expected_invocations double precision,
    memory_percent double precision, starts double precision,
    cold_starts double precision, traced_invocations bigint, timeouts bigint, out_of_memory bigint,
    last_traced timestamptz,
    error_since timestamptz, throttle_since timestamptz, near_timeout_since timestamptz, timeout_since timestamptz,
    concurrency_since timestamptz, iterator_age_since timestamptz, dead_letter_since timestamptz,
    async_drop_since timestamptz, slow_since timestamptz, error_anomaly_since timestamptz, memory_since timestamptz,
    cold_start_since timestamptz, out_of_memory_since timestamptz
);
COMMENT ON TYPE firefly.function_state IS 'The row of firefly.function_states_between.';

CREATE FUNCTION firefly.function_states_between(since timestamptz, until timestamptz)
RETURNS SETOF firefly.function_state
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
WITH
-- Above this a rule fires at all; NULL where it is disabled.
level AS (
    SELECT
        max(lowest) FILTER (WHERE rule = 'error_rate') AS error_rate,
        max(lowest) FILTER (WHERE rule = 'throttles') AS throttles,
        max(lowest) FILTER (WHERE rule = 'duration_near_timeout') AS duration_near_timeout,
        max(lowest) FILTER (WHERE rule = 'concurrency_near_limit') AS concurrency_near_limit,
        max(lowest) FILTER (WHERE rule = 'iterator_age') AS iterator_age,
        max(lowest) FILTER (WHERE rule = 'no_data') AS no_data,
        max(lowest) FILTER (WHERE rule = 'duration_anomaly') AS duration_anomaly,
        max(lowest) FILTER (WHERE rule = 'error_anomaly') AS error_anomaly,
        max(lowest) FILTER (WHERE rule = 'memory_near_limit') AS memory_near_limit,
        max(minimum_invocations) FILTER (WHERE rule = 'duration_anomaly') AS duration_minimum,
        max(minimum_invocations) FILTER (WHERE rule = 'error_anomaly') AS error_minimum
    FROM (
        SELECT rule, minimum_invocations, least(warning, critical) AS lowest FROM firefly.insight_rule WHERE enabled
    ) AS enabled_rule
),
-- The whole hours that the range touches, one and two weeks before, from the roll-up alone: for a comparison it is good
-- enough even where it is being made anew.
week AS (
    SELECT
        series.account_id, series.region, series.function_name, back.weeks,
        sum(made.sum) FILTER (WHERE series.metric_name = 'Invocations') AS invocations,
        sum(made.sum) FILTER (WHERE series.metric_name = 'Errors') AS errors,
        sum(made.sum) FILTER (WHERE series.metric_name = 'Duration')
            / nullif(sum(made.samples) FILTER (WHERE series.metric_name = 'Duration'), 0) AS duration_ms
    FROM firefly.lambda_series AS series
    CROSS JOIN (VALUES (1), (2)) AS back (weeks)
    JOIN firefly.statistic_hour AS made
        ON made.series_id = series.series_id
        AND made.hour >= firefly.hour_from(date_bin('1 hour', since, 'epoch'), -168 * back.weeks)
        AND made.hour < firefly.hour_from(until, -168 * back.weeks)
    WHERE series.metric_name IN ('Invocations', 'Errors', 'Duration')
    GROUP BY 1, 2, 3, 4
),
usual AS (
    SELECT
        week.account_id, week.region, week.function_name,
        max(week.invocations) FILTER (WHERE week.weeks = 1)
            * extract(epoch FROM until - since)::double precision
            / extract(epoch FROM firefly.hour_from(until) - date_bin('1 hour', since, 'epoch'))::double precision
            AS expected,
        max(week.duration_ms) FILTER (WHERE week.invocations >= level.duration_minimum) AS duration_ms,
        max((coalesce(week.errors, 0) + 1) / week.invocations)
            FILTER (WHERE week.invocations > 0 AND week.invocations >= level.error_minimum) AS error_rate
    FROM week CROSS JOIN level
    GROUP BY 1, 2, 3
),
stepped AS (
    SELECT
        activity.*,
        greatest(activity.time, since) AS start,
        100 * activity.errors / nullif(activity.invocations, 0) AS error_percent,
        100 * activity.throttles / nullif(coalesce(activity.invocations, 0) + activity.throttles, 0) AS throttle_percent,
        100 * activity.duration_maximum_ms / config.timeout_ms AS timeout_percent,
        100 * activity.concurrent_executions / nullif(config.reserved_concurrency, 0) AS concurrency_percent,
        activity.duration_average_ms / nullif(usual.duration_ms, 0) AS duration_times,
        activity.errors / nullif(activity.invocations * usual.error_rate, 0) AS error_times,
        usual.duration_ms AS usual_duration_ms,
        usual.error_rate AS usual_error_rate
    FROM firefly.lambda_activity(
        since, until, firefly.insight_step(since, until)) AS activity
    LEFT JOIN firefly.function_config AS config
        ON config.account_id = activity.account_id AND config.region = activity.region
        AND config.function_name = activity.function_name
    LEFT JOIN usual
        ON usual.account_id = activity.account_id AND usual.region = activity.region
        AND usual.function_name = activity.function_name
),
measured AS (
    SELECT
        account_id, region, function_name,
        sum(invocations) AS invocations,
        sum(errors) AS errors,
        sum(stepped.throttles) AS throttles,
        sum(duration_samples) AS duration_samples,
        sum(duration_sum_ms) AS duration_sum_ms,
        max(duration_maximum_ms) AS duration_maximum_ms,
        max(timeout_percent) AS timeout_percent,
        max(concurrency_percent) AS concurrency_percent,
        max(iterator_age_maximum_ms) / 1000 AS iterator_age_s,
        sum(coalesce(dead_letter_errors, 0) + coalesce(destination_delivery_failures, 0)) AS dead_letters,
        sum(async_events_dropped) AS async_drops,
        max(usual_duration_ms) AS usual_duration_ms,
        sum(invocations) * max(usual_error_rate) AS usual_errors,
        2 * count(*) FILTER (WHERE duration_times > level.duration_anomaly) >= count(duration_times) AS is_mostly_slow,
        min(start) FILTER (WHERE error_percent > level.error_rate) AS error_since,
        min(start) FILTER (WHERE throttle_percent > level.throttles) AS throttle_since,
        min(start) FILTER (WHERE timeout_percent > level.duration_near_timeout) AS near_timeout_since,
        min(start) FILTER (WHERE timeout_percent >= 100) AS timeout_since,
        min(start) FILTER (WHERE concurrency_percent > level.concurrency_near_limit) AS concurrency_since,
        min(start) FILTER (WHERE iterator_age_maximum_ms / 1000 > level.iterator_age) AS iterator_age_since,
        min(start) FILTER (WHERE dead_letter_errors > 0 OR destination_delivery_failures > 0) AS dead_letter_since,
        min(start) FILTER (WHERE async_events_dropped > 0) AS async_drop_since,
        min(start) FILTER (WHERE duration_times > level.duration_anomaly) AS slow_since,
        min(start) FILTER (WHERE error_times > level.error_anomaly) AS error_anomaly_since
    FROM stepped CROSS JOIN level
    GROUP BY account_id, region, function_name
),
-- Whether the metric stream of a region was alive at both ends of the range.
streaming AS (
    SELECT account_id, region,
        min(start) < since + interval '15 minutes'
            AND max(time) + firefly.insight_step(since, until) > until - interval '15 minutes'
            AS is_alive
    FROM stepped
    WHERE invocations > 0
    GROUP BY account_id, region
),
expected AS (
    SELECT
        usual.account_id, usual.region, usual.function_name, usual.expected,
        coalesce(measured.invocations, 0) = 0 AS is_silent,
        avg(CASE WHEN measured.invocations > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY usual.account_id, usual.region)
            AS share_alive
    FROM usual
    CROSS JOIN level
    LEFT JOIN measured
        ON measured.account_id = usual.account_id AND measured.region = usual.region
        AND measured.function_name = usual.function_name
    WHERE usual.expected > level.no_data
        AND until >= since + interval '1 hour' AND until <= now() + interval '1 minute'
),
-- Of both metrics the higher: ConcurrentExecutions does not see what is reserved and idle.
account AS (
    SELECT
        config.account_id, config.region, NULL AS function_name,
        100 * max(point.maximum) / config.concurrency_limit AS concurrency_percent,
        min(point.time) FILTER (WHERE 100 * point.maximum / config.concurrency_limit > level.concurrency_near_limit)
            AS concurrency_since
    FROM firefly.account_config AS config
    CROSS JOIN level
    JOIN firefly.series
        ON series.account_id = config.account_id AND series.region = config.region AND series.namespace = 'AWS/Lambda'
        AND series.name IN ('ClaimedAccountConcurrency', 'ConcurrentExecutions') AND series.labels = '{}'
    CROSS JOIN LATERAL firefly.statistics_between(
        series.id, since, until, firefly.insight_step(since, until)) AS point
    GROUP BY config.account_id, config.region, config.concurrency_limit
),
enhanced AS (
    SELECT enhanced.*
    FROM level
    CROSS JOIN LATERAL
        firefly.lambda_insights_between(since, until, level.memory_near_limit) AS enhanced
)
SELECT
    account_id, region, function_name,
    measured.invocations, measured.errors, measured.throttles,
    measured.duration_samples, measured.duration_sum_ms, measured.duration_maximum_ms,
    measured.timeout_percent, coalesce(measured.concurrency_percent, account.concurrency_percent),
    measured.iterator_age_s,
    measured.dead_letters, measured.async_drops,
    measured.usual_duration_ms, measured.usual_errors, measured.is_mostly_slow,
    silent.expected,
    enhanced.memory_percent,
    CASE WHEN enhanced.cold_starts IS NOT NULL THEN measured.invocations ELSE traced.starts END,
    coalesce(enhanced.cold_starts, CASE WHEN traced.starts > 0 THEN traced.cold_starts END),
    traced.invocations,
    greatest(traced.timeouts, CASE WHEN measured.errors > 0 AND measured.timeout_since IS NOT NULL THEN 1 END),
    greatest(traced.out_of_memory, CASE WHEN measured.errors > 0 AND enhanced.full_since IS NOT NULL THEN 1 END),
    traced.last_seen,
    measured.error_since, measured.throttle_since, measured.near_timeout_since,
    least(traced.first_timeout, CASE WHEN measured.errors > 0 THEN measured.timeout_since END),
    coalesce(measured.concurrency_since, account.concurrency_since), measured.iterator_age_since, measured.dead_letter_since,
    measured.async_drop_since, measured.slow_since, measured.error_anomaly_since, enhanced.over_since,
    coalesce(enhanced.first_cold_start, traced.first_cold_start),
    least(traced.first_out_of_memory, CASE WHEN measured.errors > 0 THEN enhanced.full_since END)
FROM measured
FULL JOIN firefly.traced_between(since, until) AS traced USING (account_id, region, function_name)
FULL JOIN enhanced USING (account_id, region, function_name)
FULL JOIN (
    SELECT expected.account_id, expected.region, expected.function_name, expected.expected
    FROM expected
    JOIN streaming ON streaming.account_id = expected.account_id AND streaming.region = expected.region
    WHERE expected.is_silent AND expected.share_alive >= 0.5 AND streaming.is_alive
) AS silent USING (account_id, region, function_name)
FULL JOIN account USING (account_id, region, function_name)
$$;
COMMENT ON FUNCTION firefly.function_states_between IS 'What is known of each function in a range of time, on which rules and the table of functions stand. Counts, milliseconds (_ms), seconds (_s) and percentages of a limit (_percent) of the range; usual_: what the weeks before make expect; expected_invocations where there were none and should have been; …_since: the start of the first minute (or longer step, firefly.insight_step) in which a rule could fire.';

-- Silent where the value is NULL.
CREATE FUNCTION firefly.fired_rules(state firefly.function_state)
RETURNS TABLE (
    rule text, title text, severity text, value double precision, threshold double precision, unit text,
    since timestamptz, advice text
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        rule.rule, rule.title, fired.severity, finding.value,
        CASE fired.severity WHEN 'critical' THEN rule.critical ELSE rule.warning END,
        rule.unit, finding.since, rule.advice
    FROM (VALUES
        ('error_rate', 100 * (state).errors / nullif((state).invocations, 0), (state).errors, (state).error_since),
        ('throttles',
            100 * (state).throttles / nullif(coalesce((state).invocations, 0) + (state).throttles, 0),
            (state).throttles, (state).throttle_since),
        ('duration_near_timeout', (state).timeout_percent, NULL, (state).near_timeout_since),
        ('concurrency_near_limit', (state).concurrency_percent, NULL, (state).concurrency_since),
        ('iterator_age', (state).iterator_age_s, NULL, (state).iterator_age_since),
        ('dead_letters', (state).dead_letters, NULL, (state).dead_letter_since),
        ('async_drops', (state).async_drops, NULL, (state).async_drop_since),
        ('no_data', (state).expected_invocations, NULL, NULL),
        ('duration_anomaly',
            CASE WHEN (state).is_mostly_slow
                    AND (state).duration_sum_ms / nullif((state).duration_samples, 0) - (state).usual_duration_ms >= 50
                THEN (state).duration_sum_ms / (state).duration_samples / (state).usual_duration_ms END,
            NULL, (state).slow_since),
        ('error_anomaly',
            CASE WHEN (state).errors >= 10
                    AND (state).errors - (state).usual_errors > 4 * sqrt((state).usual_errors)
                THEN (state).errors / (state).usual_errors END,
            (state).errors, (state).error_anomaly_since),
        ('memory_near_limit', (state).memory_percent, NULL, (state).memory_since),
        ('memory_over_provisioned', 100 - (state).memory_percent, NULL, NULL),
        ('cold_starts', 100 * (state).cold_starts / nullif((state).starts, 0), NULL, (state).cold_start_since),
        ('out_of_memory', (state).out_of_memory, NULL, (state).out_of_memory_since),
        ('timeouts', (state).timeouts, NULL, (state).timeout_since)
    ) AS finding (rule, value, occurrences, since)
    JOIN firefly.insight_rule AS rule ON rule.rule = finding.rule AND rule.enabled
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN finding.value > rule.critical AND coalesce(finding.occurrences >= rule.minimum_critical, true)
                THEN 'critical'
            WHEN finding.value > rule.warning THEN 'warning'
        END
    ) AS fired (severity)
    WHERE fired.severity IS NOT NULL
        AND CASE rule.rule WHEN 'cold_starts' THEN (state).starts
            ELSE coalesce((state).invocations, (state).traced_invocations, 0) END >= rule.minimum_invocations
$$;
COMMENT ON FUNCTION firefly.fired_rules IS 'Which rules of firefly.insight_rule fire for a function in this state: rule, title, severity, value, threshold, unit, since (NULL: all of the range), advice.';

CREATE FUNCTION firefly.insights_between(since timestamptz, until timestamptz)
RETURNS SETOF firefly.fired_insight
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        fired.rule, fired.title, fired.severity, state.account_id, state.region, state.function_name, fired.value,
        fired.threshold, fired.unit,
        coalesce(greatest(fired.since, insights_between.since), insights_between.since), fired.advice
    FROM firefly.function_states_between(insights_between.since, until) AS state
    CROSS JOIN LATERAL firefly.fired_rules(state) AS fired
$$;
COMMENT ON FUNCTION firefly.insights_between IS 'Which rules of firefly.insight_rule fire for which functions in a range of time: rule, title; severity: critical or warning; account_id, region, function_name (NULL for what concerns the region); value and the threshold that it is above, in unit; since, the start of the first minute (in ranges over 3 hours: hour, over 72 hours: day) in which it was above the lower threshold; advice.';

CREATE VIEW firefly.insight AS
SELECT * FROM firefly.insights_between(now() - interval '1 hour', now());

COMMENT ON VIEW firefly.insight IS 'Which functions need attention in the last hour, and why. For another range of time: SELECT * FROM firefly.insights_between(since, until).';
COMMENT ON COLUMN firefly.insight.rule IS 'The rule that fires, firefly.insight_rule.rule.';
COMMENT ON COLUMN firefly.insight.title IS 'What the rule is called.';
COMMENT ON COLUMN firefly.insight.severity IS 'critical or warning.';
COMMENT ON COLUMN firefly.insight.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.insight.region IS 'AWS region.';
COMMENT ON COLUMN firefly.insight.function_name IS 'Name of the function; NULL for what concerns all functions of the region.';
COMMENT ON COLUMN firefly.insight.value IS 'What the rule found, in unit.';
COMMENT ON COLUMN firefly.insight.threshold IS 'The threshold that value is above.';
COMMENT ON COLUMN firefly.insight.unit IS 'Unit of value and threshold.';
COMMENT ON COLUMN firefly.insight.since IS 'Start of the first minute of the hour in which the rule fired.';
COMMENT ON COLUMN firefly.insight.advice IS 'What to do.';

CREATE FUNCTION firefly.functions_between(since timestamptz, until timestamptz)
RETURNS TABLE (
    account_id text, region text, function_name text, health text, invocations double precision,
    errors double precision, error_rate double precision, duration_average_ms double precision,
    duration_maximum_ms double precision, throttles double precision, cold_starts double precision,
    cold_start_rate double precision, memory_mb double precision, runtime text, architecture text, timeout_ms integer,
    cost double precision, currency text, insights bigint, last_seen timestamptz
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    -- Worked out once: the planner, who expects few functions, would do so for each.
    WITH price AS MATERIALIZED (SELECT * FROM firefly.function_price)
    SELECT
        account_id,
        region,
        function_name,
        CASE
            WHEN insight.criticals > 0 THEN 'critical'
            WHEN insight.count > 0 THEN 'warning'
            WHEN state.invocations > 0 OR state.duration_samples > 0 OR state.traced_invocations > 0 THEN 'ok'
            ELSE 'idle'
        END,
        state.invocations,
        state.errors,
        100 * state.errors / nullif(state.invocations, 0),
        state.duration_sum_ms / nullif(state.duration_samples, 0),
        state.duration_maximum_ms,
        state.throttles,
        state.cold_starts,
        100 * state.cold_starts / nullif(state.starts, 0),
        price.memory_mb,
        config.runtime,
        price.architecture,
        config.timeout_ms,
        state.duration_sum_ms / 1000 * price.memory_mb / 1024 * price.gb_second
            + coalesce(state.invocations, state.duration_samples) * price.request,
        price.currency,
        coalesce(insight.count, 0),
        greatest(listed.last_seen, state.last_traced)
    FROM (
        SELECT lambda_function.*
        FROM firefly.lambda_function
        LEFT JOIN firefly.function_config AS config USING (account_id, region, function_name)
        WHERE lambda_function.first_seen < until
            AND lambda_function.last_seen > least(since - interval '1 hour', until - interval '720 hours')
            OR config.updated_at IS NOT NULL
    ) AS listed
    FULL JOIN (
        SELECT state.*, insight.count, insight.criticals
        FROM firefly.function_states_between(since, until) AS state
        CROSS JOIN LATERAL (
            SELECT count(*), count(*) FILTER (WHERE fired.severity = 'critical') AS criticals
            FROM firefly.fired_rules(state) AS fired
        ) AS insight
        WHERE state.function_name IS NOT NULL
    ) AS state USING (account_id, region, function_name)
    CROSS JOIN LATERAL (SELECT state.count, state.criticals) AS insight
    LEFT JOIN firefly.function_config AS config USING (account_id, region, function_name)
    LEFT JOIN price USING (account_id, region, function_name)
$$;
COMMENT ON FUNCTION firefly.functions_between IS 'The functions that are configured or were seen in a range of time or the 30 days before its end, with what they did in it: health: critical or warning by the worst of its insights, ok, or idle without invocations; invocations, errors, error_rate in percent, duration_average_ms, duration_maximum_ms, throttles from CloudWatch; cold_starts and cold_start_rate in percent from Lambda Insights, else of spans; memory_mb, runtime, architecture, timeout_ms; estimated cost and currency as in firefly.costs_between; insights, how many fire; last_seen, the start of the last traced invocation, or the hour (its first moment) of the last metric. NULL is what is not known.';

GRANT SELECT ON firefly.insight_rule, firefly.insight TO firefly_read;
