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
