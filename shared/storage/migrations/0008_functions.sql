-- Functions: what is known about each Lambda function beside its metrics, its invocations as spans tell them, what it
-- costs, and when it was deployed.
--
-- The tables of this file are filled by the owner alone for now: neither role may write them.

CREATE TABLE firefly.function_config (
    account_id              text        NOT NULL,
    region                  text        NOT NULL,
    function_name           text        NOT NULL,
    memory_mb               integer     CHECK (memory_mb > 0),
    timeout_ms              integer     CHECK (timeout_ms > 0),
    runtime                 text,
    architecture            text        CHECK (architecture IN ('x86_64', 'arm64')),
    reserved_concurrency    integer     CHECK (reserved_concurrency >= 0),
    provisioned_concurrency integer     CHECK (provisioned_concurrency >= 0),
    tags                    jsonb       NOT NULL DEFAULT '{}',
    layers                  jsonb       NOT NULL DEFAULT '[]',
    instrumented            boolean,
    last_modified           timestamptz,
    updated_at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, region, function_name)
);

COMMENT ON TABLE firefly.function_config IS 'How functions are configured. May be empty, or lack functions: what needs it then stays silent.';
COMMENT ON COLUMN firefly.function_config.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.function_config.region IS 'AWS region, such as eu-central-1.';
COMMENT ON COLUMN firefly.function_config.function_name IS 'Name of the function.';
COMMENT ON COLUMN firefly.function_config.memory_mb IS 'Memory of an instance in MB (1,048,576 bytes); NULL if not known.';
COMMENT ON COLUMN firefly.function_config.timeout_ms IS 'Time after which an invocation is ended, in milliseconds; NULL if not known.';
COMMENT ON COLUMN firefly.function_config.runtime IS 'Runtime, such as nodejs22.x; NULL if not known or an image.';
COMMENT ON COLUMN firefly.function_config.architecture IS 'x86_64 or arm64; NULL if not known.';
COMMENT ON COLUMN firefly.function_config.reserved_concurrency IS 'Concurrent executions that are reserved for it and that it may not exceed; NULL without a reservation.';
COMMENT ON COLUMN firefly.function_config.provisioned_concurrency IS 'Instances that are kept ready, over all versions and aliases; NULL without.';
COMMENT ON COLUMN firefly.function_config.tags IS 'Its tags, an object of strings.';
COMMENT ON COLUMN firefly.function_config.layers IS 'ARNs of its layers, an array of strings.';
COMMENT ON COLUMN firefly.function_config.instrumented IS 'Whether it is set up to send spans to Firefly; NULL if not known.';
COMMENT ON COLUMN firefly.function_config.last_modified IS 'When the function was last changed; NULL if not known.';
COMMENT ON COLUMN firefly.function_config.updated_at IS 'When this row was written.';

CREATE TABLE firefly.account_config (
    account_id        text        NOT NULL,
    region            text        NOT NULL,
    concurrency_limit integer     CHECK (concurrency_limit > 0),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, region)
);

COMMENT ON TABLE firefly.account_config IS 'Limits of an AWS account in a region. May be empty.';
COMMENT ON COLUMN firefly.account_config.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.account_config.region IS 'AWS region.';
COMMENT ON COLUMN firefly.account_config.concurrency_limit IS 'Executions that all functions together may have at the same time; NULL if not known.';
COMMENT ON COLUMN firefly.account_config.updated_at IS 'When this row was written.';

CREATE TABLE firefly.deployment (
    account_id    text        NOT NULL,
    region        text        NOT NULL,
    function_name text        NOT NULL,
    time          timestamptz NOT NULL,
    version       text,
    description   text,
    PRIMARY KEY (account_id, region, function_name, time)
);
CREATE INDEX deployment_time ON firefly.deployment (time);

COMMENT ON TABLE firefly.deployment IS 'Deployments that somebody recorded. With those seen in spans: SELECT * FROM firefly.deployments_between(since, until).';
COMMENT ON COLUMN firefly.deployment.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.deployment.region IS 'AWS region.';
COMMENT ON COLUMN firefly.deployment.function_name IS 'Name of the function.';
COMMENT ON COLUMN firefly.deployment.time IS 'When it was deployed.';
COMMENT ON COLUMN firefly.deployment.version IS 'The version that was deployed, such as 42; NULL if not known.';
COMMENT ON COLUMN firefly.deployment.description IS 'What was deployed, in words; NULL if nothing was said.';

-- What OpenTelemetry says of a function ---------------------------------------------------------------------------

CREATE FUNCTION firefly.faas_name(attributes jsonb, service_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(attributes ->> 'faas.name', service_name) $$;
COMMENT ON FUNCTION firefly.faas_name IS 'Name of the function that a resource is: faas.name, else the name of the service.';

-- The semantic conventions want bytes, some SDKs send the megabytes of AWS_LAMBDA_FUNCTION_MEMORY_SIZE.
CREATE FUNCTION firefly.faas_memory_mb(attributes jsonb) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE
        WHEN attributes ->> 'faas.max_memory' !~ '^[0-9]{1,15}$' THEN NULL
        WHEN (attributes ->> 'faas.max_memory')::double precision >= 1000000
            THEN (attributes ->> 'faas.max_memory')::double precision / 1048576
        ELSE nullif((attributes ->> 'faas.max_memory')::double precision, 0)
    END
$$;
COMMENT ON FUNCTION firefly.faas_memory_mb IS 'Memory of a function in MB, from the attribute faas.max_memory in bytes; below 1,000,000 it is taken as MB.';

CREATE FUNCTION firefly.faas_arn(span jsonb, resource jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(
        span ->> 'aws.lambda.invoked_arn', span ->> 'cloud.resource_id', span ->> 'faas.id',
        resource ->> 'cloud.resource_id', resource ->> 'faas.id')
$$;
COMMENT ON FUNCTION firefly.faas_arn IS 'ARN of the function that a span is of, from the attributes of the span and of its resource; NULL if they do not say.';

CREATE FUNCTION firefly.faas_account_id(span jsonb, resource jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(
        span ->> 'cloud.account.id', resource ->> 'cloud.account.id',
        nullif(split_part(firefly.faas_arn(span, resource), ':', 5), ''))
$$;
COMMENT ON FUNCTION firefly.faas_account_id IS 'AWS account that a span is of, from the attributes of the span and of its resource; NULL if they do not say.';

CREATE FUNCTION firefly.faas_region(span jsonb, resource jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(
        resource ->> 'cloud.region', span ->> 'cloud.region',
        nullif(split_part(firefly.faas_arn(span, resource), ':', 4), ''))
$$;
COMMENT ON FUNCTION firefly.faas_region IS 'AWS region that a span is of, from the attributes of the span and of its resource; NULL if they do not say.';

-- A hash, as names may be longer than an index row.
CREATE INDEX resource_memory ON firefly.resource (md5(firefly.faas_name(attributes, service_name)), last_seen DESC)
    WHERE attributes ? 'faas.max_memory';

CREATE FUNCTION firefly.is_timeout(exception_type text, exception_message text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(exception_type IN ('Sandbox.Timedout', 'Sandbox.Timeout'), false)
        OR coalesce(exception_message ~ 'Task timed out after [0-9.]+ seconds', false)
$$;
COMMENT ON FUNCTION firefly.is_timeout IS 'Whether this is how Lambda says that an invocation ran into its timeout.';

CREATE FUNCTION firefly.is_out_of_memory(exception_type text, exception_message text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce(exception_type IN (
            'Runtime.OutOfMemory', 'java.lang.OutOfMemoryError', 'MemoryError', 'NoMemoryError',
            'System.OutOfMemoryException'
        ), false)
        OR coalesce(exception_message ~ '(JavaScript heap|runtime:) out of memory|Runtime exited with error: signal: killed', false)
$$;
COMMENT ON FUNCTION firefly.is_out_of_memory IS 'Whether this is how Lambda or a runtime says that an invocation ran out of memory.';

-- Functions -------------------------------------------------------------------------------------------------------

CREATE VIEW firefly.lambda_function AS
SELECT
    account_id,
    region,
    function_name,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM (
    SELECT account_id, region, labels ->> 'FunctionName' AS function_name, first_seen, last_seen
    FROM firefly.series
    WHERE namespace = 'AWS/Lambda' AND labels ? 'FunctionName' AND labels - 'FunctionName' = '{}'
        AND name IN ('Invocations', 'Duration', 'Throttles')
    UNION ALL
    SELECT account_id, region, function_name, NULL, NULL FROM firefly.function_config
) AS known
GROUP BY account_id, region, function_name;

COMMENT ON VIEW firefly.lambda_function IS 'The functions that CloudWatch has sent metrics of, or that firefly.function_config has.';
COMMENT ON COLUMN firefly.lambda_function.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.lambda_function.region IS 'AWS region.';
COMMENT ON COLUMN firefly.lambda_function.function_name IS 'Name of the function.';
COMMENT ON COLUMN firefly.lambda_function.first_seen IS 'Hour of its oldest data point (its first moment); NULL without any.';
COMMENT ON COLUMN firefly.lambda_function.last_seen IS 'Hour of its newest data point (its first moment); NULL without any.';

CREATE VIEW firefly.unique_function AS
SELECT
    function_name,
    CASE WHEN min(account_id) = max(account_id) THEN min(account_id) END AS account_id,
    CASE WHEN min(region) = max(region) THEN min(region) END AS region
FROM firefly.lambda_function
GROUP BY function_name;

COMMENT ON VIEW firefly.unique_function IS 'Account and region by the name of a function alone, for spans that do not say theirs.';
COMMENT ON COLUMN firefly.unique_function.function_name IS 'Name of the function.';
COMMENT ON COLUMN firefly.unique_function.account_id IS 'The one AWS account that has a function of this name; NULL if several do.';
COMMENT ON COLUMN firefly.unique_function.region IS 'The one AWS region that has it; NULL if several do.';

-- Invocations -----------------------------------------------------------------------------------------------------

CREATE FUNCTION firefly.invocations_between(since timestamptz, until timestamptz)
RETURNS TABLE (
    start_time timestamptz, account_id text, region text, function_name text, version text, request_id text,
    trace_id uuid, span_id text, duration_ms double precision, status text, cold_start boolean,
    memory_mb double precision, exception_type text, exception_message text
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        stored.start_time,
        coalesce(firefly.faas_account_id(stored.attributes, resource.attributes), unique_function.account_id),
        coalesce(firefly.faas_region(stored.attributes, resource.attributes), unique_function.region),
        firefly.faas_name(resource.attributes, resource.service_name),
        resource.attributes ->> 'faas.version',
        coalesce(stored.attributes ->> 'faas.invocation_id', stored.attributes ->> 'faas.execution'),
        stored.trace_id,
        lpad(to_hex(stored.span_id), 16, '0'),
        stored.duration_nanos / 1e6::double precision,
        (ARRAY['unset', 'ok', 'error'])[stored.status_code + 1],
        CASE stored.attributes ->> 'faas.coldstart' WHEN 'true' THEN true WHEN 'false' THEN false END,
        firefly.faas_memory_mb(resource.attributes),
        coalesce(exception.attributes ->> 'exception.type', stored.attributes ->> 'error.type'),
        coalesce(exception.attributes ->> 'exception.message', stored.status_message)
    FROM firefly.stored_span AS stored
    JOIN firefly.operation ON operation.id = stored.operation_id
    JOIN firefly.resource ON resource.id = stored.resource_id
    CROSS JOIN LATERAL (
        SELECT jsonb_path_query_array(stored.events, '$[*] ? (@.name == "exception").attributes') -> -1
    ) AS exception (attributes)
    LEFT JOIN firefly.unique_function
        ON unique_function.function_name = firefly.faas_name(resource.attributes, resource.service_name)
    WHERE stored.start_time >= since AND stored.start_time < until
        AND operation.kind IN (2, 5)
        AND stored.attributes ?| ARRAY['faas.invocation_id', 'faas.execution', 'faas.coldstart', 'faas.trigger']
$$;
COMMENT ON FUNCTION firefly.invocations_between IS 'Invocations that began in a range of time, as spans tell them: those of kind server or consumer with faas.invocation_id, faas.execution (its old name), faas.coldstart or faas.trigger. start_time; account_id, region, function_name (faas.name, else service.name), version; request_id; trace_id, span_id; duration_ms in milliseconds; status: unset, ok or error; cold_start; memory_mb; exception_type and exception_message of the last exception, else error.type and the message of the status. NULL is what the span does not say. Where spans are sampled, not every invocation is here.';

-- What spans say of each function, for insights and the table of functions.
CREATE FUNCTION firefly.traced_between(since timestamptz, until timestamptz)
RETURNS TABLE (
    account_id text, region text, function_name text, invocations bigint, starts bigint, cold_starts bigint,
    timeouts bigint, out_of_memory bigint, first_cold_start timestamptz, first_timeout timestamptz,
    first_out_of_memory timestamptz, last_seen timestamptz
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        invocation.account_id, invocation.region, invocation.function_name,
        count(*),
        count(invocation.cold_start),
        count(*) FILTER (WHERE invocation.cold_start),
        count(*) FILTER (WHERE ended.is_timeout),
        count(*) FILTER (WHERE ended.is_out_of_memory),
        min(invocation.start_time) FILTER (WHERE invocation.cold_start),
        min(invocation.start_time) FILTER (WHERE ended.is_timeout),
        min(invocation.start_time) FILTER (WHERE ended.is_out_of_memory),
        max(invocation.start_time)
    FROM firefly.invocations_between(since, until) AS invocation
    CROSS JOIN LATERAL (
        SELECT
            invocation.status = 'error'
                AND firefly.is_timeout(invocation.exception_type, invocation.exception_message),
            invocation.status = 'error'
                AND firefly.is_out_of_memory(invocation.exception_type, invocation.exception_message)
    ) AS ended (is_timeout, is_out_of_memory)
    GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION firefly.traced_between IS 'What spans say of each function in a range of time: invocations, starts (those that say whether they were cold), cold_starts, timeouts, out_of_memory, the times of the first of each, and last_seen, the start of the last invocation.';

-- Cost ------------------------------------------------------------------------------------------------------------

CREATE TABLE firefly.lambda_price (
    region       text    NOT NULL,
    architecture text    NOT NULL CHECK (architecture IN ('x86_64', 'arm64')),
    currency     text    NOT NULL,
    gb_second    numeric NOT NULL CHECK (gb_second >= 0),
    request      numeric NOT NULL CHECK (request >= 0),
    source       text    NOT NULL,
    checked_on   date    NOT NULL,
    PRIMARY KEY (region, architecture)
);

COMMENT ON TABLE firefly.lambda_price IS 'What AWS Lambda charges on demand. To be edited: add the rows of your regions, or change those of ''*''.';
COMMENT ON COLUMN firefly.lambda_price.region IS 'AWS region; * is for every region without a row of its own.';
COMMENT ON COLUMN firefly.lambda_price.architecture IS 'x86_64 or arm64.';
COMMENT ON COLUMN firefly.lambda_price.currency IS 'Currency of both prices, such as USD.';
COMMENT ON COLUMN firefly.lambda_price.gb_second IS 'Price of a gigabyte of memory (1,024 MB) for a second.';
COMMENT ON COLUMN firefly.lambda_price.request IS 'Price of an invocation.';
COMMENT ON COLUMN firefly.lambda_price.source IS 'Where the prices are from.';
COMMENT ON COLUMN firefly.lambda_price.checked_on IS 'Day on which they were looked up.';

INSERT INTO firefly.lambda_price
SELECT region, architecture, 'USD', gb_second, 0.0000002, source, '2026-11-25'
FROM (VALUES ('x86_64', 0.0000166667), ('arm64', 0.0000133334)) AS price (architecture, gb_second)
CROSS JOIN (VALUES
    ('us-east-1', 'US East (N. Virginia), first tier, without the free tier: https://aws.amazon.com/lambda/pricing/ as quoted by https://cloudchipr.com/blog/aws-lambda-pricing'),
    ('*', 'Prices of us-east-1, for want of those of the region: other regions may cost more')
) AS place (region, source);

-- Memory and architecture of each function, from its configuration, else from the newest resource that says it. A
-- resource without an account speaks for the function of its name and region, unless several accounts have one.
CREATE VIEW firefly.function_price AS
SELECT
    known.account_id,
    known.region,
    known.function_name,
    coalesce(config.memory_mb, seen.memory_mb) AS memory_mb,
    effective.architecture,
    price.currency,
    price.gb_second::double precision AS gb_second,
    price.request::double precision AS request
FROM (
    SELECT lambda_function.*, count(*) OVER (PARTITION BY function_name, region) AS namesakes
    FROM firefly.lambda_function
) AS known
LEFT JOIN firefly.function_config AS config
    ON config.account_id = known.account_id AND config.region = known.region
    AND config.function_name = known.function_name
LEFT JOIN LATERAL (
    SELECT
        firefly.faas_memory_mb(resource.attributes) AS memory_mb,
        CASE resource.attributes ->> 'host.arch' WHEN 'arm64' THEN 'arm64' WHEN 'amd64' THEN 'x86_64' END AS architecture
    FROM firefly.resource
    WHERE md5(firefly.faas_name(resource.attributes, resource.service_name)) = md5(known.function_name)
        AND resource.attributes ? 'faas.max_memory'
        AND coalesce(resource.attributes ->> 'cloud.region', known.region) = known.region
        AND CASE WHEN known.namesakes = 1
            THEN coalesce(resource.attributes ->> 'cloud.account.id', known.account_id) = known.account_id
            ELSE resource.attributes ->> 'cloud.account.id' = known.account_id END
    ORDER BY resource.last_seen DESC
    LIMIT 1
) AS seen ON true
CROSS JOIN LATERAL (SELECT coalesce(config.architecture, seen.architecture, 'x86_64')) AS effective (architecture)
LEFT JOIN LATERAL (
    SELECT lambda_price.currency, lambda_price.gb_second, lambda_price.request
    FROM firefly.lambda_price
    WHERE lambda_price.architecture = effective.architecture AND lambda_price.region IN (known.region, '*')
    ORDER BY lambda_price.region = '*'
    LIMIT 1
) AS price ON true;

COMMENT ON VIEW firefly.function_price IS 'What a function has and what it is charged for it.';
COMMENT ON COLUMN firefly.function_price.account_id IS 'AWS account, 12 digits.';
COMMENT ON COLUMN firefly.function_price.region IS 'AWS region.';
COMMENT ON COLUMN firefly.function_price.function_name IS 'Name of the function.';
COMMENT ON COLUMN firefly.function_price.memory_mb IS 'Memory of an instance in MB, from firefly.function_config, else the attribute faas.max_memory of its newest spans; NULL if not known.';
COMMENT ON COLUMN firefly.function_price.architecture IS 'x86_64 or arm64, from firefly.function_config, else the attribute host.arch, else x86_64, which costs more.';
COMMENT ON COLUMN firefly.function_price.currency IS 'Currency of the prices; NULL if firefly.lambda_price has no row that fits.';
COMMENT ON COLUMN firefly.function_price.gb_second IS 'Price of a gigabyte of memory for a second.';
COMMENT ON COLUMN firefly.function_price.request IS 'Price of an invocation.';

-- As firefly.lambda_activity, of the two metrics that cost.
CREATE FUNCTION firefly.costs_between(since timestamptz, until timestamptz, step interval DEFAULT NULL)
RETURNS TABLE (
    account_id text, region text, function_name text, "time" timestamptz, gb_seconds double precision,
    requests double precision, compute_cost double precision, request_cost double precision, cost double precision,
    currency text, memory_mb double precision
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT
        activity.account_id,
        activity.region,
        activity.function_name,
        activity.time,
        used.gb_seconds,
        used.requests,
        used.gb_seconds * price.gb_second,
        used.requests * price.request,
        used.gb_seconds * price.gb_second + used.requests * price.request,
        price.currency,
        price.memory_mb
    FROM (
        SELECT series.account_id, series.region, series.function_name, part.time,
            max(part.sum) FILTER (WHERE series.metric_name = 'Invocations') AS invocations,
            max(part.samples) FILTER (WHERE series.metric_name = 'Duration') AS duration_samples,
            max(part.sum) FILTER (WHERE series.metric_name = 'Duration') AS duration_sum_ms
        FROM firefly.lambda_series AS series
        CROSS JOIN LATERAL firefly.statistics_between(series.series_id, since, until, step) AS part
        WHERE series.metric_name IN ('Invocations', 'Duration')
        GROUP BY 1, 2, 3, 4
    ) AS activity
    LEFT JOIN firefly.function_price AS price
        ON price.account_id = activity.account_id AND price.region = activity.region
        AND price.function_name = activity.function_name
    CROSS JOIN LATERAL (
        SELECT
            activity.duration_sum_ms / 1000 * price.memory_mb / 1024,
            coalesce(activity.invocations, activity.duration_samples)
    ) AS used (gb_seconds, requests)
$$;
COMMENT ON FUNCTION firefly.costs_between IS 'What functions are estimated to cost in a range of time, for each function and step (one row for the range if step is NULL): gb_seconds of memory, requests, compute_cost, request_cost, cost (the sum of both), currency, memory_mb. The prices are those of firefly.lambda_price; the durations are those of CloudWatch, not rounded up to whole milliseconds; initialisation, provisioned concurrency, storage, traffic, free tier and discounts are left out. gb_seconds, compute_cost and cost are NULL where the memory is not known.';

-- Deployments -----------------------------------------------------------------------------------------------------

-- $LATEST is no version: it stays the same name for whatever is deployed. The catalogue knows the hour of a version's
-- first span; the spans of its service in that hour know the moment.
CREATE FUNCTION firefly.deployments_between(since timestamptz, until timestamptz)
RETURNS TABLE (
    "time" timestamptz, account_id text, region text, function_name text, version text, description text
)
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT recorded.time, recorded.account_id, recorded.region, recorded.function_name, recorded.version,
        recorded.description
    FROM firefly.deployment AS recorded
    WHERE recorded.time >= since AND recorded.time < until
    UNION ALL
    SELECT first.time, first.account_id, first.region, found.function_name, found.version,
        'Version ' || found.version || ' seen in spans for the first time'
    FROM (
        SELECT
            firefly.faas_account_id('{}', resource.attributes) AS account_id,
            firefly.faas_region('{}', resource.attributes) AS region,
            firefly.faas_name(resource.attributes, resource.service_name) AS function_name,
            resource.attributes ->> 'faas.version' AS version,
            resource.service_name,
            min(resource.first_seen) AS hour
        FROM firefly.resource
        WHERE resource.attributes ? 'faas.version' AND resource.attributes ->> 'faas.version' <> '$LATEST'
        GROUP BY 1, 2, 3, 4, 5
        HAVING min(resource.first_seen) > since - interval '1 hour' AND min(resource.first_seen) < until
    ) AS found
    LEFT JOIN firefly.unique_function ON unique_function.function_name = found.function_name
    CROSS JOIN LATERAL (
        SELECT
            coalesce(
                found.account_id, firefly.faas_account_id(stored.attributes, resource.attributes),
                unique_function.account_id) AS account_id,
            coalesce(
                found.region, firefly.faas_region(stored.attributes, resource.attributes),
                unique_function.region) AS region,
            min(stored.start_time) AS time
        FROM firefly.operation
        JOIN firefly.stored_span AS stored ON stored.operation_id = operation.id
        JOIN firefly.resource ON resource.id = stored.resource_id
        WHERE md5(operation.service_name) = md5(found.service_name) AND operation.service_name = found.service_name
            AND operation.kind IN (2, 5)
            AND stored.start_time >= found.hour AND stored.start_time < found.hour + interval '1 hour'
            AND firefly.faas_name(resource.attributes, resource.service_name) = found.function_name
            AND resource.attributes ->> 'faas.version' = found.version
            AND firefly.faas_account_id('{}', resource.attributes) IS NOT DISTINCT FROM found.account_id
            AND firefly.faas_region('{}', resource.attributes) IS NOT DISTINCT FROM found.region
        GROUP BY 1, 2
    ) AS first
    WHERE first.time >= since AND first.time < until
        AND NOT EXISTS (
            SELECT FROM firefly.deployment AS recorded
            WHERE recorded.account_id = first.account_id AND recorded.region = first.region
                AND recorded.function_name = found.function_name AND recorded.version = found.version
        )
$$;
COMMENT ON FUNCTION firefly.deployments_between IS 'Deployments in a range of time: the rows of firefly.deployment, and the versions (faas.version) of which spans began for the first time, at the time of that span, unless firefly.deployment has them. time, account_id, region, function_name, version, description.';

GRANT SELECT ON firefly.function_config, firefly.account_config, firefly.deployment, firefly.lambda_function,
    firefly.unique_function, firefly.lambda_price, firefly.function_price TO firefly_read;
