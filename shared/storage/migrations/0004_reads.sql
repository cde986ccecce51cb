-- Reads: marks by which a reader that keeps the catalogue of series notices what has changed since it looked, and the
-- statistics that there are of a metric.

-- A transaction that the reader's last snapshot did not see has an id that is not below that snapshot's xmin, whenever
-- it commits. So the rows with changed >= that xmin are all that can be new to the reader.
ALTER TABLE firefly.series ADD COLUMN changed xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX series_changed ON firefly.series (changed);

COMMENT ON COLUMN firefly.series.changed IS 'Id of the transaction that wrote the row last, from which readers tell what is new to them.';

-- Writers set the mark themselves. For the release before this one, and for updates by hand, a trigger does.
CREATE FUNCTION firefly.mark_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    NEW.changed := pg_current_xact_id();
    RETURN NEW;
END
$function$;
COMMENT ON FUNCTION firefly.mark_changed IS 'Sets the column changed of a row whose writer does not.';
CREATE TRIGGER mark_changed BEFORE UPDATE ON firefly.series
    FOR EACH ROW WHEN (NEW.changed = OLD.changed) EXECUTE FUNCTION firefly.mark_changed();

CREATE TABLE firefly.series_removal (
    removed xid8    NOT NULL,
    is_only boolean NOT NULL PRIMARY KEY DEFAULT true CHECK (is_only)
);
INSERT INTO firefly.series_removal VALUES (pg_current_xact_id());

COMMENT ON TABLE firefly.series_removal IS 'One row: when series were last removed from the catalogue.';
COMMENT ON COLUMN firefly.series_removal.removed IS 'Id of the last transaction that deleted or truncated series; a reader that has seen another reads all anew.';
COMMENT ON COLUMN firefly.series_removal.is_only IS 'True: there is no second row.';

CREATE FUNCTION firefly.note_removal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
    UPDATE firefly.series_removal SET removed = pg_current_xact_id();
    RETURN NULL;
END
$function$;
COMMENT ON FUNCTION firefly.note_removal IS 'Notes in firefly.series_removal that series are removed.';
REVOKE ALL ON FUNCTION firefly.note_removal FROM PUBLIC;
CREATE TRIGGER note_removal AFTER DELETE OR TRUNCATE ON firefly.series
    FOR EACH STATEMENT EXECUTE FUNCTION firefly.note_removal();

CREATE TABLE firefly.extra_statistic (
    namespace text NOT NULL,
    name      text NOT NULL,
    statistic text NOT NULL COLLATE "C",
    changed   xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (namespace, name, statistic)
);

COMMENT ON TABLE firefly.extra_statistic IS 'The statistics beyond the four that data points of a CloudWatch metric have had.';
COMMENT ON COLUMN firefly.extra_statistic.namespace IS 'CloudWatch namespace, such as AWS/Lambda.';
COMMENT ON COLUMN firefly.extra_statistic.name IS 'Metric name, such as Duration.';
COMMENT ON COLUMN firefly.extra_statistic.statistic IS 'CloudWatch name of the statistic, such as p99: a key of firefly.statistic_set.extra.';
COMMENT ON COLUMN firefly.extra_statistic.changed IS 'Id of the transaction that wrote the row.';

-- Of what is stored already, the last hour of up to three series of each metric. Whatever is still being sent, the
-- writers add by themselves.
INSERT INTO firefly.extra_statistic (namespace, name, statistic)
SELECT DISTINCT metric.namespace, metric.name, statistic
FROM (
    SELECT namespace, name, id, last_seen,
        row_number() OVER (PARTITION BY namespace, name ORDER BY last_seen DESC, id) AS number
    FROM firefly.series WHERE kind = 1
) AS metric
CROSS JOIN LATERAL (
    SELECT extra FROM firefly.statistic_set AS point
    WHERE point.series_id = metric.id
        AND point.time >= metric.last_seen AND point.time < metric.last_seen + interval '1 hour'
        AND point.extra IS NOT NULL
) AS point
CROSS JOIN LATERAL jsonb_object_keys(point.extra) AS statistic
WHERE metric.number <= 3 AND octet_length(statistic) <= 255;

GRANT SELECT, INSERT ON firefly.extra_statistic TO firefly_ingest;
GRANT SELECT ON firefly.extra_statistic, firefly.series_removal TO firefly_read;
