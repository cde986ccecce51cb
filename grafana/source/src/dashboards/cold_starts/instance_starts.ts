import { stat } from "../../panels/stat";
import { timeSeries } from "../../panels/time_series";
import { palette } from "../../parts/palette";
import { chosenSpans, series } from "../../parts/sql";
import { units } from "../../parts/units";

const emptyWhen = "unless the collector layer with its telemetryapi receiver sends spans of starts.";

const empty = "No spans of starts. The collector layer's telemetryapi receiver sends them.";

/** The spans that the collector layer makes of the Telemetry API's reports of starts. */
const starts = `
  start AS (
    SELECT * FROM (
      SELECT stored.start_time, stored.duration_nanos / 1e6::double precision AS duration_ms,
        firefly.faas_account_id(stored.attributes, resource.attributes) AS account_id,
        firefly.faas_region(stored.attributes, resource.attributes) AS region,
        firefly.faas_name(resource.attributes, resource.service_name) AS function_name
      FROM firefly.stored_span AS stored
      JOIN firefly.operation ON operation.id = stored.operation_id
      JOIN firefly.resource ON resource.id = stored.resource_id
      WHERE operation.name = 'platform.initRuntimeDone'
        AND stored.start_time >= $__timeFrom()::timestamptz AND stored.start_time < $__timeTo()::timestamptz
    ) AS started
    WHERE ${chosenSpans()}
  )`;

/** How long instances take to start. */
export const start = stat({
  title: "Start of an instance",
  description:
    "How long instances took to start, the 95th percentile: loading the code and running what stands outside of the " +
    "handler. From the spans platform.initRuntimeDone of the OpenTelemetry collector layer. Long: a smaller package, " +
    "fewer imports, more memory.",
  emptyWhen,
  sql: `
    WITH ${starts.trim()}
    SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS value FROM start
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
      WITH ${starts.trim()},
      stepwise AS (
        SELECT date_bin('$__interval', start_time, 'epoch') AS step, function_name, count(*) AS starts,
          max(duration_ms) AS longest_ms
        FROM start
        GROUP BY 1, 2
      ),
      most AS (
        SELECT function_name FROM stepwise GROUP BY function_name ORDER BY sum(starts) DESC, function_name LIMIT 10
      )
      SELECT step AS time, function_name AS metric, longest_ms AS value
      FROM stepwise JOIN most USING (function_name)
      ORDER BY 1, 2
      LIMIT 20000`),
  ],
  unit: units.milliseconds,
  empty,
});
