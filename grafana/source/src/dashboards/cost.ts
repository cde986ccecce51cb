import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import { figures } from "../figures";
import { stat } from "../panels/stat";
import { table } from "../panels/table";
import { text } from "../panels/text";
import { timeSeries } from "../panels/time_series";
import { dashboard } from "../parts/frame";
import { hints } from "../parts/hints";
import { heading, row } from "../parts/layout";
import { toFunction } from "../parts/links";
import { palette } from "../parts/palette";
import { chosen, range, series } from "../parts/sql";
import { uids } from "../parts/uids";
import { type Unit, units } from "../parts/units";
import { scopeVariables } from "../parts/variables";

const emptyWhen = "while no function with known memory ran in the time range.";

/** From a sum over the time range to a month, from the hour of the first data on. AWS counts a month as 730 hours. */
const toMonth = `
  730 * 3600 / nullif(extract(epoch FROM
    least($__timeTo()::timestamptz, now()) - greatest($__timeFrom()::timestamptz, min("time")))::double precision, 0)`;

const hourly = `
  hourly AS (
    SELECT * FROM firefly.costs_between($__timeFrom(), $__timeTo(), interval '1 hour')
    WHERE ${chosen()}
  )`;

const month = stat({
  title: "At this pace, a month",
  description:
    "The cost of the time range drawn out to 730 hours, from its first hour with data on. Take a range of whole days or " +
    "weeks: one of quiet or busy hours misleads.",
  emptyWhen,
  sql: `
    WITH ${hourly.trim()}
    SELECT sum(cost) * ${toMonth.trim()} AS value FROM hourly HAVING count(cost) > 0 LIMIT 1`,
  unit: units.dollars,
  colour: palette.cost,
  empty: hints.cost,
});

const gigabyteSeconds = stat({
  title: "GB-seconds",
  description:
    "Duration times configured memory, of the functions with known memory; from CloudWatch's durations. What Lambda bills " +
    "is a little more: it rounds up to a millisecond and counts some starts. Too much? Compare memory and duration in the table.",
  emptyWhen,
  sql: `SELECT sum(gb_seconds) AS value FROM firefly.costs_between(${range}) WHERE ${chosen()} HAVING count(gb_seconds) > 0 LIMIT 1`,
  unit: units.count,
  colour: palette.memory,
  empty: hints.memory,
});

const requests = stat({
  title: "Requests",
  description: "Invocations that ran, each of which is charged as a request; the same number as on Home.",
  emptyWhen: "while no function ran in the time range.",
  sql: `SELECT sum(requests) AS value FROM firefly.costs_between(${range}) WHERE ${chosen()} HAVING count(requests) > 0 LIMIT 1`,
  unit: units.count,
  colour: palette.invocations,
  empty: hints.metrics,
});

const unknownShare = stat({
  title: "Requests without a cost",
  description:
    "Share of the requests of functions whose memory is not known, so that their cost is missing in all sums here. Above " +
    "zero: the last table names the functions and says what to do.",
  emptyWhen: "while no function ran in the time range.",
  sql: `
    SELECT coalesce(sum(requests) FILTER (WHERE cost IS NULL), 0) / nullif(sum(requests), 0) AS value
    FROM firefly.costs_between(${range}) WHERE ${chosen()} HAVING sum(requests) > 0 LIMIT 1`,
  unit: units.share,
  decimals: 1,
  colour: palette.idle,
  limits: {
    below: palette.ok,
    from: [
      [0.001, palette.warning],
      [0.25, palette.critical],
    ],
  },
  empty: hints.metrics,
});

/** An amount per day, of the ten functions with the most of it, and of the others together. */
function perDay(title: string, description: string, amount: string, unit: Unit, empty: string) {
  return timeSeries({
    title,
    description: `${description} Days are UTC; the first and the last are cut where the time range begins and ends.`,
    emptyWhen,
    queries: [
      series(`
        WITH daily AS (
          SELECT greatest("time", $__timeFrom()::timestamptz) AS day, function_name, sum(${amount}) AS amount
          FROM firefly.costs_between($__timeFrom(), $__timeTo(), interval '1 day')
          WHERE ${chosen()}
          GROUP BY 1, 2
        ),
        largest AS (
          SELECT function_name FROM daily GROUP BY function_name HAVING sum(amount) > 0
          ORDER BY sum(amount) DESC, function_name LIMIT 10
        )
        SELECT day AS time, coalesce(largest.function_name, 'others') AS metric, sum(amount) AS value
        FROM daily LEFT JOIN largest ON largest.function_name = daily.function_name
        WHERE amount IS NOT NULL
        GROUP BY 1, 2
        ORDER BY 1, 2
        LIMIT 10000`),
    ],
    unit,
    draw: "bars",
    stacked: true,
    empty,
  });
}

const functions = table({
  title: "Cost by function",
  description:
    "What each function costs, the dearest first. A high price a million requests comes from memory or duration: see the " +
    "memory on Function, and whether arm64 would do, which is a fifth cheaper.",
  emptyWhen,
  sql: `
    WITH ${hourly.trim()},
    covered AS (SELECT ${toMonth.trim()} AS to_month FROM hourly),
    known AS (
      SELECT account_id, region, function_name, max(memory_mb) AS memory_mb, sum(requests) AS requests,
        sum(gb_seconds) AS gb_seconds, sum(compute_cost) AS compute_cost, sum(request_cost) AS request_cost,
        sum(cost) AS cost, max(currency) AS currency
      FROM firefly.costs_between(${range})
      WHERE ${chosen()} AND cost IS NOT NULL
      GROUP BY account_id, region, function_name
    )
    SELECT account_id, region, function_name, memory_mb, requests, gb_seconds, compute_cost, request_cost, cost,
      cost / nullif(sum(cost) OVER (), 0) AS share,
      cost / nullif(requests, 0) * 1000000 AS per_million,
      cost * to_month AS month,
      currency
    FROM known, covered
    ORDER BY cost DESC, function_name, account_id, region
    LIMIT 500`,
  columns: {
    function_name: { title: "Function", links: [toFunction()] },
    account_id: { title: "Account", width: 130 },
    region: { title: "Region", width: 120 },
    memory_mb: { title: "Memory", unit: units.mebibytes, width: 100 },
    requests: { title: "Requests", unit: units.count, width: 110 },
    gb_seconds: { title: "GB-seconds", unit: units.count, width: 120 },
    compute_cost: { title: "Compute", unit: units.dollars, width: 110 },
    request_cost: { title: "Requests cost", unit: units.dollars, width: 120 },
    cost: { title: "Cost", unit: units.dollars, width: 110, colour: palette.cost },
    share: { title: "Share", unit: units.share, decimals: 1, width: 150, cell: "gauge", max: 1, colour: palette.cost },
    per_million: { title: "A million requests", unit: units.dollars, width: 150 },
    month: { title: "A month", unit: units.dollars, width: 110 },
    currency: { title: "Currency", width: 90 },
  },
  empty: hints.cost,
});

const unknown = table({
  title: "Functions without a cost",
  description:
    "Functions that ran and whose memory is not known. It comes from the table firefly.function_config, which you may fill " +
    "by hand, or from spans with faas.max_memory, which OpenTelemetry's Lambda resource detectors set.",
  emptyWhen: "when the memory of all functions that ran is known.",
  sql: `
    SELECT account_id, region, function_name, requests
    FROM firefly.costs_between(${range})
    WHERE ${chosen()} AND cost IS NULL AND requests > 0
    ORDER BY requests DESC, function_name, account_id, region
    LIMIT 200`,
  columns: {
    function_name: { title: "Function", links: [toFunction()] },
    account_id: { title: "Account", width: 130 },
    region: { title: "Region", width: 120 },
    requests: { title: "Requests", unit: units.count, width: 110 },
  },
  empty: "The memory of all functions that ran is known.",
});

const prices = table({
  title: "Prices",
  description:
    "What costs are computed with: of a function's region and architecture, else of region *. List prices; change them if " +
    "you pay others, or if they are out of date (see when they were checked).",
  sql: `
    SELECT region, architecture, gb_second::double precision * 1000000 AS million_gb_seconds,
      request::double precision * 1000000 AS million_requests,
      currency, source, checked_on
    FROM firefly.lambda_price
    ORDER BY region, architecture
    LIMIT 200`,
  columns: {
    region: { title: "Region", width: 120 },
    architecture: { title: "Architecture", width: 110 },
    million_gb_seconds: { title: "A million GB-s", unit: units.dollars, decimals: 4, width: 130 },
    million_requests: { title: "A million requests", unit: units.dollars, decimals: 4, width: 150 },
    currency: { title: "Currency", width: 90 },
    source: { title: "Source" },
    checked_on: { title: "Checked on", unit: units.time, width: 180 },
  },
  empty: "No prices, so no costs. Run firefly-migrate, or insert a row for region * of each architecture.",
});

const howTo = text({
  title: "Change the prices, fill in memory",
  description: "SQL for the owner of the database. Migrations never undo it, and the next refresh shows it.",
  markdown: `As the owner of the database:

\`\`\`sql
-- A region of its own, or other prices than the list's
INSERT INTO firefly.lambda_price
  (region, architecture, currency, gb_second, request, source, checked_on)
VALUES ('eu-west-1', 'arm64', 'USD', 0.0000133334, 0.0000002, 'our contract', current_date)
ON CONFLICT (region, architecture) DO UPDATE SET
  gb_second = excluded.gb_second, request = excluded.request,
  source = excluded.source, checked_on = excluded.checked_on;

-- The memory of a function that sends no spans
INSERT INTO firefly.function_config (account_id, region, function_name, memory_mb, architecture)
VALUES ('111122223333', 'eu-west-1', 'checkout', 512, 'arm64')
ON CONFLICT (account_id, region, function_name) DO UPDATE SET
  memory_mb = excluded.memory_mb, architecture = excluded.architecture;
\`\`\`

Amounts are shown with a $. Keep all prices in one currency.`,
});

/** Cost: what the functions cost, by function and day. */
export function costs(): Dashboard {
  return dashboard({
    title: "Cost",
    uid: uids.cost,
    description: "What do the functions cost, which of them, and on which day did that change?",
    since: "now-7d",
    variables: scopeVariables(),
    rows: [
      row(4, [figures.cost(), 6], [month, 5], [gigabyteSeconds, 4], [requests, 4], [unknownShare, 5]),
      row(
        9,
        perDay("Cost a day", "Estimated cost of each day, by function.", "cost", units.dollars, hints.cost),
      ),
      row(
        8,
        perDay(
          "GB-seconds a day",
          "Duration times memory of each day, by function. It rises with traffic, duration or memory: requests tell which.",
          "gb_seconds",
          units.count,
          hints.memory,
        ),
        perDay(
          "Requests a day",
          "Invocations of each day, by function, those without a known cost included.",
          "requests",
          units.count,
          hints.metrics,
        ),
      ),
      row(11, functions),
      heading("What this stands on"),
      row(10, [prices, 8], [howTo, 9], [unknown, 7]),
    ],
  });
}
