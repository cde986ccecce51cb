/**
 * The address of the lines of an invocation in the console of CloudWatch Logs, as an SQL expression over the columns of
 * `firefly.invocations_between`; NULL where function or region are not known or are no names that AWS gives.
 *
 * The part behind `#` is encoded twice, and the console wants `$` for `%`. The name of the function and the region are
 * letters, digits and marks that need no encoding, which is what the conditions make sure of.
 */
export function logsAddress(row: string): string {
  return `
    CASE WHEN ${row}.region ~ '^[a-z0-9-]+$' AND ${row}.function_name ~ '^[A-Za-z0-9_-]+$' THEN replace(concat(
      'https://', ${row}.region, '.console.',
      CASE WHEN ${row}.region LIKE 'cn-%' THEN 'amazonaws.cn'
        WHEN ${row}.region LIKE 'us-gov-%' THEN 'amazonaws-us-gov.com' ELSE 'aws.amazon.com' END,
      '/cloudwatch/home?region=', ${row}.region,
      '#logsV2:log-groups/log-group/%252Faws%252Flambda%252F', ${row}.function_name, '/log-events%3F',
      CASE WHEN ${row}.request_id ~ '^[A-Za-z0-9-]+$' THEN concat('filterPattern%3D%2522', ${row}.request_id, '%2522%26') END,
      'start%3D', floor(extract(epoch FROM ${row}.start_time) * 1000 - 60000)::bigint,
      '%26end%3D', ceil(extract(epoch FROM ${row}.start_time) * 1000 + ${row}.duration_ms + 300000)::bigint
    ), '%', '$') END`.trim();
}
