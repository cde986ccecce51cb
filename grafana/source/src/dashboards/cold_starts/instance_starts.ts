import { stat } from "../../panels/stat";
import { timeSeries } from "../../panels/time_series";
import { palette } from "../../parts/palette";
import { series } from "../../parts/sql";
import { units } from "../../parts/units";

const emptyWhen = "unless the collector layer with its telemetryapi receiver sends spans of starts.";

const empty = "No spans of starts. The collector layer's telemetryapi receiver sends them.";

/**
 * The spans that the collector layer makes of the Telemetry API's reports of starts. Not every resource says in which
 * account and region it is.
 */
const starts = `
  FROM firefly.stored_span AS started
  JOIN firefly.operation ON operation.id = started.operation_id
  JOIN firefly.resource ON resource.id = started.resource_id
  WHERE operation.name = 'platform.initRuntimeDone'
    AND started.start_time >= $__timeFrom()::timestamptz AND started.start_time < $__timeTo()::timestamptz
    AND coalesce(resource.attributes ->> 'faas.name', operation.service_name) IN (\${function:sqlstring})
    AND coalesce(resource.attributes ->> 'cloud.region' IN (\${region:sqlstring}), true)
    AND coalesce(resource.attributes ->> 'cloud.account.id' IN (\${account:sqlstring}), true)`;

/** How long instances take to start. */
export const start = stat({
  title: "Start of an instance",
  description:
    "How long instances took to start, the 95th percentile: loading the code and running what stands outside of the " +
    "handler. From the spans platform.initRuntimeDone of the OpenTelemetry collector layer. Long: a smaller package, " +
    "fewer imports, more memory.",
  emptyWhen,
  sql: `
    SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY started.duration_nanos) / 1e6 AS value
    ${starts.trim()}
    HAVING count(*) > 0 LIMIT 1`,
  unit: units.milliseconds,
  decimals: 0,
  colour: palette.coldStarts,
  empty,
});

/** How that changes over time. */
export const startTrend = timeSeries({
  title: "Start of an instance, by function",
  description:
    "The longest start in each step, of the ten functions with the most starts. From the spans platform.initRuntimeDone of " +
    "the collector layer. A step upwards: look at what the newest version loads.",
  emptyWhen,
  queries: [
    series(`
      WITH start AS (
        SELECT date_bin('$__interval', started.start_time, 'epoch') AS step,
          coalesce(resource.attributes ->> 'faas.name', operation.service_name) AS function_name,
          count(*) AS starts, max(started.duration_nanos) / 1e6::double precision AS longest_ms
        ${starts.trim()}
        GROUP BY 1, 2
      ),
      most AS (
        SELECT function_name FROM start GROUP BY function_name ORDER BY sum(starts) DESC, function_name LIMIT 10
      )
      SELECT step AS time, function_name AS metric, longest_ms AS value
      FROM start JOIN most USING (function_name)
      ORDER BY 1, 2
      LIMIT 20000`),
  ],
  unit: units.milliseconds,
  empty,
});
