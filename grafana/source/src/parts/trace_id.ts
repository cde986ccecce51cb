/** The name of the variable that says which trace is looked at. */
export const traceIdVariable = "traceID";

const typed = "replace(btrim(${traceID:sqlstring}), '-', '')";

/**
 * The condition that spans belong to the trace. What is no trace id finds nothing. An hour on both sides of the time
 * range, as a trace that reaches into it may have begun before.
 */
export const ofTrace = [
  `trace_id = CASE WHEN ${typed} ~ '^[0-9a-fA-F]{1,32}$' THEN lpad(${typed}, 32, '0')::uuid END`,
  "start_time >= $__timeFrom()::timestamptz - interval '1 hour'",
  "start_time < $__timeTo()::timestamptz + interval '1 hour'",
].join(" AND ");

/** The same range as arguments of Firefly's functions. */
export const aroundRange =
  "$__timeFrom()::timestamptz - interval '1 hour', $__timeTo()::timestamptz + interval '1 hour'";
