-- Traces: spans, the catalogues that they refer to, and the views over them.
--
-- Runs in one transaction, with the setting firefly.grade saying what the database can do (see the README beside this
-- file).

CREATE TABLE firefly.resource (
    id                       bigint      NOT NULL PRIMARY KEY,
    fingerprint              uuid        NOT NULL UNIQUE,
    service_name             text        NOT NULL COLLATE "C",
    attributes               jsonb       NOT NULL,
    dropped_attributes_count bigint      NOT NULL,
    schema_url               text        NOT NULL,
    first_seen               timestamptz NOT NULL,
    last_seen                timestamptz NOT NULL
);
CREATE INDEX resource_service_name ON firefly.resource (md5(service_name));
CREATE INDEX resource_attributes ON firefly.resource USING gin (attributes jsonb_path_ops);

COMMENT ON TABLE firefly.resource IS 'Catalogue of what made spans: a Lambda function in one of its instances, as OpenTelemetry describes it.';
COMMENT ON COLUMN firefly.resource.id IS 'Low 64 bits of the fingerprint; spans refer to a resource by it.';
COMMENT ON COLUMN firefly.resource.fingerprint IS 'XXH3-128 of attributes and schema: what the resource is.';
COMMENT ON COLUMN firefly.resource.service_name IS 'Attribute service.name, else faas.name, else unknown_service.';
COMMENT ON COLUMN firefly.resource.attributes IS 'Attributes with their types: see the migrations README.';
COMMENT ON COLUMN firefly.resource.dropped_attributes_count IS 'Attributes that the sender left out.';
COMMENT ON COLUMN firefly.resource.schema_url IS 'Where the meaning of the attributes is defined; empty if it was not said.';
COMMENT ON COLUMN firefly.resource.first_seen IS 'Hour of the oldest span (its first moment).';
COMMENT ON COLUMN firefly.resource.last_seen IS 'Hour of the newest span (its first moment).';

CREATE TABLE firefly.scope (
    id                       bigint      NOT NULL PRIMARY KEY,
    fingerprint              uuid        NOT NULL UNIQUE,
    name                     text        NOT NULL,
    version                  text        NOT NULL,
    attributes               jsonb       NOT NULL,
    dropped_attributes_count bigint      NOT NULL,
    schema_url               text        NOT NULL,
    first_seen               timestamptz NOT NULL,
    last_seen                timestamptz NOT NULL
);

COMMENT ON TABLE firefly.scope IS 'Catalogue of the libraries that made spans (instrumentation scopes).';
COMMENT ON COLUMN firefly.scope.id IS 'Low 64 bits of the fingerprint; spans refer to a scope by it.';
COMMENT ON COLUMN firefly.scope.fingerprint IS 'XXH3-128 of name, version, attributes and schema: what the scope is.';
COMMENT ON COLUMN firefly.scope.name IS 'Name of the library; may be empty.';
COMMENT ON COLUMN firefly.scope.version IS 'Its version; may be empty.';
COMMENT ON COLUMN firefly.scope.attributes IS 'Attributes with their types: see the migrations README.';
COMMENT ON COLUMN firefly.scope.dropped_attributes_count IS 'Attributes that the sender left out.';
COMMENT ON COLUMN firefly.scope.schema_url IS 'Where the meaning of the attributes of its spans is defined; empty if it was not said.';
COMMENT ON COLUMN firefly.scope.first_seen IS 'Hour of the oldest span (its first moment).';
COMMENT ON COLUMN firefly.scope.last_seen IS 'Hour of the newest span (its first moment).';

CREATE TABLE firefly.operation (
    id           bigint      NOT NULL PRIMARY KEY,
    fingerprint  uuid        NOT NULL UNIQUE,
    service_name text        NOT NULL COLLATE "C",
    name         text        NOT NULL COLLATE "C",
    kind         smallint    NOT NULL,
    first_seen   timestamptz NOT NULL,
    last_seen    timestamptz NOT NULL
);
-- Hashes, as names may be longer than an index row.
CREATE INDEX operation_service_name ON firefly.operation (md5(service_name));

COMMENT ON TABLE firefly.operation IS 'Catalogue of what services do: the names and kinds of their spans.';
COMMENT ON COLUMN firefly.operation.id IS 'Low 64 bits of the fingerprint; spans refer to an operation by it.';
COMMENT ON COLUMN firefly.operation.fingerprint IS 'XXH3-128 of service, name and kind: what the operation is.';
COMMENT ON COLUMN firefly.operation.service_name IS 'Name of the service, as in firefly.resource.';
COMMENT ON COLUMN firefly.operation.name IS 'Name of the spans, such as GET /orders.';
COMMENT ON COLUMN firefly.operation.kind IS 'Kind of the spans: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer.';
COMMENT ON COLUMN firefly.operation.first_seen IS 'Hour of the oldest span (its first moment).';
COMMENT ON COLUMN firefly.operation.last_seen IS 'Hour of the newest span (its first moment).';

-- Columns of fixed width first, the widest first: no padding between them.
DO $$
BEGIN
    EXECUTE format($ddl$
        CREATE TABLE firefly.stored_span (
            start_time               timestamptz NOT NULL,
            span_id                  bigint      NOT NULL,
            parent_span_id           bigint,
            duration_nanos           bigint      NOT NULL,
            operation_id             bigint      NOT NULL,
            resource_id              bigint      NOT NULL,
            scope_id                 bigint      NOT NULL,
            flags                    integer     NOT NULL,
            start_nanos              smallint    NOT NULL,
            status_code              smallint    NOT NULL,
            trace_id                 uuid        NOT NULL,
            attributes               jsonb       NOT NULL,
            events                   jsonb,
            links                    jsonb,
            dropped_counts           bigint[],
            trace_state              text,
            status_message           text,
            warning                  text,
            PRIMARY KEY (trace_id, span_id, start_time)
        ) %s
    $ddl$, CASE current_setting('firefly.grade') WHEN 'postgresql' THEN 'PARTITION BY RANGE (start_time)' ELSE '' END);
END
$$;
CREATE INDEX stored_span_operation ON firefly.stored_span (operation_id, start_time DESC);
-- The errors of a service are what is looked for most, and few.
CREATE INDEX stored_span_error ON firefly.stored_span (operation_id, start_time DESC) WHERE status_code = 2;
-- Slow spans, likewise.
CREATE INDEX stored_span_duration ON firefly.stored_span (operation_id, duration_nanos);
CREATE INDEX stored_span_attributes ON firefly.stored_span USING gin (attributes jsonb_path_ops);
CREATE INDEX stored_span_events ON firefly.stored_span USING gin (events jsonb_path_ops) WHERE events IS NOT NULL;

COMMENT ON TABLE firefly.stored_span IS 'Spans, one row each. The view firefly.span shows them with everything that they refer to.';
COMMENT ON COLUMN firefly.stored_span.start_time IS 'When the span began, its whole microseconds; filter on it.';
COMMENT ON COLUMN firefly.stored_span.span_id IS 'The span, its 8 bytes as a signed number.';
COMMENT ON COLUMN firefly.stored_span.parent_span_id IS 'The span that it is a part of; NULL for a root span.';
COMMENT ON COLUMN firefly.stored_span.duration_nanos IS 'How long it took, in nanoseconds; 0 if its end was sent as before its start, see warning.';
COMMENT ON COLUMN firefly.stored_span.operation_id IS 'Service, name and kind: firefly.operation.id.';
COMMENT ON COLUMN firefly.stored_span.resource_id IS 'What made it: firefly.resource.id.';
COMMENT ON COLUMN firefly.stored_span.scope_id IS 'The library that made it: firefly.scope.id.';
COMMENT ON COLUMN firefly.stored_span.flags IS 'W3C trace flags in the low 8 bits, SpanFlags of OTLP above them; 32 bits as a signed number.';
COMMENT ON COLUMN firefly.stored_span.start_nanos IS 'Nanoseconds of the start beyond its whole microseconds, 0 to 999.';
COMMENT ON COLUMN firefly.stored_span.status_code IS 'How it ended: 0 unset, 1 ok, 2 error.';
COMMENT ON COLUMN firefly.stored_span.trace_id IS 'The trace, its 16 bytes.';
COMMENT ON COLUMN firefly.stored_span.attributes IS 'Attributes with their types: see the migrations README.';
COMMENT ON COLUMN firefly.stored_span.events IS 'What happened during it, an array of {time_unix_nano, name, attributes, dropped_attributes_count}; NULL if nothing.';
COMMENT ON COLUMN firefly.stored_span.links IS 'Other spans that it has to do with, an array of {trace_id, span_id, trace_state, flags, attributes, dropped_attributes_count}; NULL if none.';
COMMENT ON COLUMN firefly.stored_span.dropped_counts IS 'How many attributes, events and links the sender left out, in this order; NULL if none.';
COMMENT ON COLUMN firefly.stored_span.trace_state IS 'W3C tracestate; NULL if it was empty.';
COMMENT ON COLUMN firefly.stored_span.status_message IS 'How it ended, in words; NULL if it was empty.';
COMMENT ON COLUMN firefly.stored_span.warning IS 'What was amiss with it; NULL if nothing.';

CREATE TABLE firefly.service_edge (
    bucket timestamptz NOT NULL,
    parent text        NOT NULL COLLATE "C",
    child  text        NOT NULL COLLATE "C",
    calls  bigint      NOT NULL,
    errors bigint      NOT NULL
);
CREATE INDEX service_edge_bucket_of ON firefly.service_edge (bucket);

COMMENT ON TABLE firefly.service_edge IS 'Who calls whom: for each five minutes, caller and called service a row. Made by firefly.refresh_service_edges.';
COMMENT ON COLUMN firefly.service_edge.bucket IS 'Start of the five minutes in which the spans of the called service began.';
COMMENT ON COLUMN firefly.service_edge.parent IS 'The calling service: that of the parent span.';
COMMENT ON COLUMN firefly.service_edge.child IS 'The called service.';
COMMENT ON COLUMN firefly.service_edge.calls IS 'How often.';
COMMENT ON COLUMN firefly.service_edge.errors IS 'How many of the calls ended with an error on the called side.';

CREATE TABLE firefly.service_edge_bucket (
    bucket timestamptz NOT NULL PRIMARY KEY,
    stale  boolean     NOT NULL
);
CREATE INDEX service_edge_bucket_stale ON firefly.service_edge_bucket (bucket) WHERE stale;

COMMENT ON TABLE firefly.service_edge_bucket IS 'For which five minutes firefly.service_edge is made, or has to be made anew.';
COMMENT ON COLUMN firefly.service_edge_bucket.bucket IS 'Start of the five minutes.';
COMMENT ON COLUMN firefly.service_edge_bucket.stale IS 'Whether spans have come since its edges were made.';

-- A bucket is settled two minutes after its end. Until 60 seconds after its end writers only see to it that its row is
-- there: they end within less than the minute that is left. Later ones update the row, which waits for the refreshing
-- of the bucket or is waited for by it. So no span is missed.
--
-- The parent may have begun up to a day before its child, as messages wait in queues.
CREATE FUNCTION firefly.refresh_service_edges(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
    width constant interval := interval '5 minutes';
    this_bucket timestamptz;
    refreshed integer := 0;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('firefly.refresh_service_edges', 0)) THEN
        RETURN 0;
    END IF;
    FOR this_bucket IN
        SELECT bucket FROM firefly.service_edge_bucket
        WHERE stale AND bucket + width + interval '2 minutes' <= now()
        ORDER BY bucket LIMIT most
    LOOP
        UPDATE firefly.service_edge_bucket SET stale = false WHERE bucket = this_bucket;
        DELETE FROM firefly.service_edge WHERE bucket = this_bucket;
        INSERT INTO firefly.service_edge (bucket, parent, child, calls, errors)
        SELECT this_bucket, caller.service_name, called.service_name,
            count(*), count(*) FILTER (WHERE child.status_code = 2)
        FROM firefly.stored_span AS child
        JOIN firefly.stored_span AS parent
            ON parent.trace_id = child.trace_id AND parent.span_id = child.parent_span_id
            AND parent.start_time > this_bucket - interval '1 day' AND parent.start_time < this_bucket + width
        JOIN firefly.operation AS called ON called.id = child.operation_id
        JOIN firefly.operation AS caller ON caller.id = parent.operation_id
        WHERE child.start_time >= this_bucket AND child.start_time < this_bucket + width
            AND caller.service_name <> called.service_name
        GROUP BY caller.service_name, called.service_name;
        refreshed := refreshed + 1;
    END LOOP;
    RETURN refreshed;
END
$function$;
COMMENT ON FUNCTION firefly.refresh_service_edges IS 'Makes the service edges of at most so many five minutes, the oldest first, that are over and of which spans have come; says of how many.';
REVOKE ALL ON FUNCTION firefly.refresh_service_edges FROM PUBLIC;
GRANT EXECUTE ON FUNCTION firefly.refresh_service_edges TO firefly_ingest;

-- Time partitions: chunks of TimescaleDB, or native partitions made on demand by the writer.
DO $$
DECLARE
    grade constant text := current_setting('firefly.grade');
    timescaledb constant regnamespace := (SELECT extnamespace FROM pg_extension WHERE extname = 'timescaledb');
BEGIN
    IF grade IN ('community', 'apache') THEN
        EXECUTE format($ddl$
            SELECT %s.create_hypertable(
                'firefly.stored_span', 'start_time',
                chunk_time_interval => interval '1 day', create_default_indexes => false)
        $ddl$, timescaledb);
    END IF;
    IF grade = 'community' THEN
        -- Not segmented: traces have few spans. In the order of the key, so that a trace is found in one batch.
        ALTER TABLE firefly.stored_span SET (
            timescaledb.compress,
            timescaledb.compress_segmentby = '',
            timescaledb.compress_orderby = 'trace_id, span_id, start_time');
        EXECUTE format(
            'SELECT %s.add_compression_policy(''firefly.stored_span'', compress_after => interval ''3 days'')',
            timescaledb);
    END IF;
    IF grade = 'postgresql' THEN
        -- Owned by the owner and run with its rights, so that the ingest role needs none to make tables. A partition
        -- is attached when it is complete: that waits for no insert, which CREATE TABLE PARTITION OF would.
        CREATE FUNCTION firefly.ensure_partitions_of(parent name, days date[]) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $function$
        DECLARE
            day date;
            partition name;
        BEGIN
            IF cardinality(days) > 1000 THEN
                RAISE EXCEPTION 'partitions for % days at once are too many', cardinality(days);
            END IF;
            IF NOT EXISTS (
                SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(format('firefly.%I', parent))
            ) THEN
                RAISE EXCEPTION 'firefly.% is not partitioned', parent;
            END IF;
            PERFORM pg_advisory_xact_lock(hashtextextended('firefly.ensure_partitions', 0));
            FOREACH day IN ARRAY days LOOP
                partition := parent || '_' || to_char(day, 'YYYYMMDD');
                CONTINUE WHEN to_regclass(format('firefly.%I', partition)) IS NOT NULL;
                EXECUTE format('CREATE TABLE firefly.%I (LIKE firefly.%I INCLUDING ALL)', partition, parent);
                EXECUTE format(
                    'ALTER TABLE firefly.%I ATTACH PARTITION firefly.%I FOR VALUES FROM (%L) TO (%L)',
                    parent, partition, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
            END LOOP;
        END
        $function$;
        COMMENT ON FUNCTION firefly.ensure_partitions_of IS 'Makes the partitions of these days (UTC) of a table where they are missing.';
        REVOKE ALL ON FUNCTION firefly.ensure_partitions_of FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION firefly.ensure_partitions_of TO firefly_ingest;
        -- The release before this one calls it.
        CREATE OR REPLACE FUNCTION firefly.ensure_partitions(days date[]) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
        AS $function$ SELECT firefly.ensure_partitions_of('statistic_set', days) $function$;
    END IF;
END
$$;

CREATE VIEW firefly.span AS
SELECT
    stored.start_time,
    stored.trace_id,
    lpad(to_hex(stored.span_id), 16, '0') AS span_id,
    lpad(to_hex(stored.parent_span_id), 16, '0') AS parent_span_id,
    operation.service_name,
    resource.attributes ->> 'faas.name' AS function_name,
    operation.name,
    (ARRAY['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'])[operation.kind + 1] AS kind,
    stored.duration_nanos / 1e6::double precision AS duration_ms,
    (ARRAY['unset', 'ok', 'error'])[stored.status_code + 1] AS status,
    stored.status_message,
    stored.attributes,
    resource.attributes AS resource_attributes,
    scope.name AS scope_name,
    scope.version AS scope_version,
    stored.events,
    stored.links,
    stored.trace_state,
    stored.flags,
    stored.start_nanos,
    stored.warning
FROM firefly.stored_span AS stored
JOIN firefly.operation ON operation.id = stored.operation_id
JOIN firefly.resource ON resource.id = stored.resource_id
JOIN firefly.scope ON scope.id = stored.scope_id;

COMMENT ON VIEW firefly.span IS 'Every span with what it refers to. Filter on start_time or trace_id.';
COMMENT ON COLUMN firefly.span.start_time IS 'When it began, to the microsecond; filter on it.';
COMMENT ON COLUMN firefly.span.trace_id IS 'The trace; compares with 32 hexadecimal digits, with or without dashes.';
COMMENT ON COLUMN firefly.span.span_id IS 'The span, 16 hexadecimal digits.';
COMMENT ON COLUMN firefly.span.parent_span_id IS 'The span that it is a part of; NULL for a root span.';
COMMENT ON COLUMN firefly.span.service_name IS 'Name of the service: service.name, else faas.name, else unknown_service.';
COMMENT ON COLUMN firefly.span.function_name IS 'Name of the Lambda function, faas.name; NULL if the resource does not say.';
COMMENT ON COLUMN firefly.span.name IS 'What it does, such as GET /orders.';
COMMENT ON COLUMN firefly.span.kind IS 'unspecified, internal, server, client, producer or consumer.';
COMMENT ON COLUMN firefly.span.duration_ms IS 'How long it took, in milliseconds.';
COMMENT ON COLUMN firefly.span.status IS 'How it ended: unset, ok or error.';
COMMENT ON COLUMN firefly.span.status_message IS 'How it ended, in words; NULL if nothing was said.';
COMMENT ON COLUMN firefly.span.attributes IS 'Attributes with their types; attributes ->> ''name'' gives a text.';
COMMENT ON COLUMN firefly.span.resource_attributes IS 'Attributes of what made it.';
COMMENT ON COLUMN firefly.span.scope_name IS 'The library that made it; may be empty.';
COMMENT ON COLUMN firefly.span.scope_version IS 'Its version; may be empty.';
COMMENT ON COLUMN firefly.span.events IS 'What happened during it, an array; see firefly.span_event.';
COMMENT ON COLUMN firefly.span.links IS 'Other spans that it has to do with, an array; see firefly.span_link.';
COMMENT ON COLUMN firefly.span.trace_state IS 'W3C tracestate; NULL if it was empty.';
COMMENT ON COLUMN firefly.span.flags IS 'W3C trace flags in the low 8 bits, SpanFlags of OTLP above them.';
COMMENT ON COLUMN firefly.span.start_nanos IS 'Nanoseconds of the start beyond its whole microseconds, 0 to 999.';
COMMENT ON COLUMN firefly.span.warning IS 'What was amiss with it; NULL if nothing.';

CREATE VIEW firefly.span_event AS
SELECT
    span.start_time,
    'epoch'::timestamptz + ((event.value ->> 'time_unix_nano')::numeric / 1000) * interval '1 microsecond' AS time,
    event.value ->> 'name' AS name,
    event.value -> 'attributes' AS attributes,
    span.trace_id,
    span.span_id,
    span.service_name,
    span.function_name,
    span.name AS span_name,
    event.ordinality AS position
FROM firefly.span
CROSS JOIN jsonb_array_elements(span.events) WITH ORDINALITY AS event (value, ordinality);

COMMENT ON VIEW firefly.span_event IS 'What happened during spans, such as exceptions, a row for each event.';
COMMENT ON COLUMN firefly.span_event.start_time IS 'When the span began; filter on it.';
COMMENT ON COLUMN firefly.span_event.time IS 'When it happened, to the microsecond.';
COMMENT ON COLUMN firefly.span_event.name IS 'What happened, such as exception.';
COMMENT ON COLUMN firefly.span_event.attributes IS 'Details, with their types.';
COMMENT ON COLUMN firefly.span_event.trace_id IS 'The trace.';
COMMENT ON COLUMN firefly.span_event.span_id IS 'The span, 16 hexadecimal digits.';
COMMENT ON COLUMN firefly.span_event.service_name IS 'Name of the service.';
COMMENT ON COLUMN firefly.span_event.function_name IS 'Name of the Lambda function; NULL if the resource does not say.';
COMMENT ON COLUMN firefly.span_event.span_name IS 'Name of the span.';
COMMENT ON COLUMN firefly.span_event.position IS 'Its place among the events of the span, from 1.';

CREATE VIEW firefly.span_link AS
SELECT
    span.start_time,
    span.trace_id,
    span.span_id,
    span.service_name,
    span.name AS span_name,
    (link.value ->> 'trace_id')::uuid AS linked_trace_id,
    link.value ->> 'span_id' AS linked_span_id,
    link.value ->> 'trace_state' AS trace_state,
    link.value -> 'attributes' AS attributes,
    link.ordinality AS position
FROM firefly.span
CROSS JOIN jsonb_array_elements(span.links) WITH ORDINALITY AS link (value, ordinality);

COMMENT ON VIEW firefly.span_link IS 'Which other spans spans have to do with, such as the senders of a batch of messages, a row for each.';
COMMENT ON COLUMN firefly.span_link.start_time IS 'When the span began; filter on it.';
COMMENT ON COLUMN firefly.span_link.trace_id IS 'The trace of the span.';
COMMENT ON COLUMN firefly.span_link.span_id IS 'The span, 16 hexadecimal digits.';
COMMENT ON COLUMN firefly.span_link.service_name IS 'Name of its service.';
COMMENT ON COLUMN firefly.span_link.span_name IS 'Name of the span.';
COMMENT ON COLUMN firefly.span_link.linked_trace_id IS 'The trace of the other span.';
COMMENT ON COLUMN firefly.span_link.linked_span_id IS 'The other span, 16 hexadecimal digits.';
COMMENT ON COLUMN firefly.span_link.trace_state IS 'W3C tracestate of the other span; NULL if it was empty.';
COMMENT ON COLUMN firefly.span_link.attributes IS 'Details, with their types.';
COMMENT ON COLUMN firefly.span_link.position IS 'Its place among the links of the span, from 1.';

CREATE FUNCTION firefly.exceptions_between(since timestamptz, until timestamptz)
RETURNS TABLE (
    type text, message text, service_name text, function_name text, occurrences bigint,
    first_seen timestamptz, last_seen timestamptz, sample_trace_id uuid, sample_span_id text
)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT
        event.value -> 'attributes' ->> 'exception.type',
        event.value -> 'attributes' ->> 'exception.message',
        operation.service_name,
        resource.attributes ->> 'faas.name',
        count(*),
        min(stored.start_time),
        max(stored.start_time),
        (array_agg(stored.trace_id ORDER BY stored.start_time DESC, stored.span_id))[1],
        (array_agg(lpad(to_hex(stored.span_id), 16, '0') ORDER BY stored.start_time DESC, stored.span_id))[1]
    FROM firefly.stored_span AS stored
    CROSS JOIN jsonb_array_elements(stored.events) AS event (value)
    JOIN firefly.operation ON operation.id = stored.operation_id
    JOIN firefly.resource ON resource.id = stored.resource_id
    WHERE stored.start_time >= since AND stored.start_time < until
        AND stored.events @> '[{"name": "exception"}]'
        AND event.value ->> 'name' = 'exception'
    GROUP BY 1, 2, 3, 4;
END;
COMMENT ON FUNCTION firefly.exceptions_between IS 'The rows of firefly.exception for spans that began in a range of time.';

CREATE VIEW firefly.exception AS SELECT * FROM firefly.exceptions_between('-infinity', 'infinity');

COMMENT ON VIEW firefly.exception IS 'Exceptions that spans recorded, the equal ones of a function together. For a range of time: SELECT * FROM firefly.exceptions_between(since, until).';
COMMENT ON COLUMN firefly.exception.type IS 'Attribute exception.type, such as TypeError; may be NULL.';
COMMENT ON COLUMN firefly.exception.message IS 'Attribute exception.message; may be NULL.';
COMMENT ON COLUMN firefly.exception.service_name IS 'Name of the service.';
COMMENT ON COLUMN firefly.exception.function_name IS 'Name of the Lambda function; NULL if the resource does not say.';
COMMENT ON COLUMN firefly.exception.occurrences IS 'How often.';
COMMENT ON COLUMN firefly.exception.first_seen IS 'Start of the first span with it.';
COMMENT ON COLUMN firefly.exception.last_seen IS 'Start of the last span with it.';
COMMENT ON COLUMN firefly.exception.sample_trace_id IS 'The trace of that last span.';
COMMENT ON COLUMN firefly.exception.sample_span_id IS 'That last span, 16 hexadecimal digits.';

CREATE VIEW firefly.trace_summary AS
SELECT
    stored.trace_id,
    min(stored.start_time) AS start_time,
    extract(epoch FROM
        max(stored.start_time + stored.duration_nanos / 1000 * interval '1 microsecond') - min(stored.start_time)
    )::double precision * 1000 AS duration_ms,
    (array_agg(operation.service_name
        ORDER BY stored.parent_span_id IS NOT NULL, stored.start_time, stored.start_nanos, stored.span_id))[1]
        AS root_service_name,
    (array_agg(operation.name
        ORDER BY stored.parent_span_id IS NOT NULL, stored.start_time, stored.start_nanos, stored.span_id))[1]
        AS root_operation_name,
    count(*) AS span_count,
    count(*) FILTER (WHERE stored.status_code = 2) AS error_span_count,
    array_agg(DISTINCT operation.service_name) AS services
FROM firefly.stored_span AS stored
JOIN firefly.operation ON operation.id = stored.operation_id
GROUP BY stored.trace_id;

COMMENT ON VIEW firefly.trace_summary IS 'A row for each trace. Filter on trace_id; for a range of time: SELECT * FROM firefly.trace_summaries_between(since, until).';
COMMENT ON COLUMN firefly.trace_summary.trace_id IS 'The trace.';
COMMENT ON COLUMN firefly.trace_summary.start_time IS 'Start of its earliest span.';
COMMENT ON COLUMN firefly.trace_summary.duration_ms IS 'From there to the end of its last span, in milliseconds.';
COMMENT ON COLUMN firefly.trace_summary.root_service_name IS 'Service of its root span: of the earliest span without a parent, else of the earliest span.';
COMMENT ON COLUMN firefly.trace_summary.root_operation_name IS 'Name of its root span.';
COMMENT ON COLUMN firefly.trace_summary.span_count IS 'How many spans it has.';
COMMENT ON COLUMN firefly.trace_summary.error_span_count IS 'How many of these ended with an error.';
COMMENT ON COLUMN firefly.trace_summary.services IS 'The services that took part, by name.';

CREATE FUNCTION firefly.trace_summaries_between(since timestamptz, until timestamptz)
RETURNS SETOF firefly.trace_summary
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT summary.*
    FROM (
        SELECT DISTINCT stored.trace_id FROM firefly.stored_span AS stored
        WHERE stored.start_time >= since AND stored.start_time < until
    ) AS found
    CROSS JOIN LATERAL (SELECT * FROM firefly.trace_summary WHERE trace_summary.trace_id = found.trace_id) AS summary;
END;
COMMENT ON FUNCTION firefly.trace_summaries_between IS 'The rows of firefly.trace_summary for traces with a span that began in a range of time.';

GRANT SELECT, INSERT, UPDATE ON firefly.resource, firefly.scope, firefly.operation, firefly.service_edge_bucket
    TO firefly_ingest;
GRANT SELECT, INSERT ON firefly.stored_span TO firefly_ingest;
GRANT SELECT ON ALL TABLES IN SCHEMA firefly TO firefly_read;
