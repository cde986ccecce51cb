/** The chosen accounts. Backquotes, as in them a name needs no other escapes than those of the regular expression. */
export const inAccounts = "account_id=~`${account:regex}`";
/** The chosen regions. */
export const inRegions = "region=~`${region:regex}`";

/** Of the dimension sets of AWS/Lambda the one of the function alone, so that each invocation counts once. */
export const once = 'dimension_FunctionName!="", dimension_Resource="", dimension_ExecutedVersion=""';

const chosen = `{${once}, ${inAccounts}, ${inRegions}, dimension_FunctionName=~\`\${function:regex}\`}`;

/** What tells functions apart. */
export const keys = ["dimension_FunctionName", "account_id", "region"];
/** A value for each function. */
export const byFunction = `by (${keys.join(", ")})`;

/** The whole range, and a step: a window as long as the step, so that each minute is in exactly one. */
export type Window = "$__range" | "$__interval";

/** The amount in a window: points are amounts of a minute, not counters, so they are added up. */
export function sum(metric: string, window: Window): string {
  return `sum_over_time(aws_lambda_${metric}${chosen}[${window}])`;
}

/** The largest value in a window. */
export function max(metric: string, window: Window): string {
  return `max_over_time(aws_lambda_${metric}${chosen}[${window}])`;
}

/** The share of failed invocations in a window, in percent. */
export function errorRate(by: string, window: Window): string {
  return `100 * sum ${by} (${sum("errors_sum", window)}) / (sum ${by} (${sum("invocations_sum", window)}) > 0)`;
}

/** The mean duration of the invocations in a window, in milliseconds. */
export function averageDuration(by: string, window: Window): string {
  return `sum ${by} (${sum("duration_sum", window)}) / (sum ${by} (${sum("duration_sample_count", window)}) > 0)`;
}

/** The series of ten functions: those with the most over the whole range, so that they stay the same in all steps. */
export function ten(expression: string, whole: string): string {
  return `(${expression})\n  and on (${keys.join(", ")}) topk(10, ${whole} > 0)`;
}

/** What is largest over the whole range, seen from its end. */
export function atEnd(expression: string): string {
  return expression.replaceAll("[$__range]", "[$__range] @ end()");
}

/** The most executions at the same time of each function in a window. */
export function concurrencyOf(window: Window): string {
  return `max ${byFunction} (${max("concurrent_executions_maximum", window)})`;
}
