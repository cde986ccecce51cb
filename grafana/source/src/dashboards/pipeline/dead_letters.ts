import { table, timeSeries } from "../../panels/index";
import { series } from "../../parts/sql";
import { palette } from "../../parts/palette";
import { units } from "../../parts/units";

const emptyWhen = "while everything that came could be stored.";
const empty = "No dead letters in this time range: everything that came could be stored.";

const inRange = "received_at >= $__timeFrom()::timestamptz AND received_at < $__timeTo()::timestamptz";

/** Why pieces could not be stored: reasons that differ in numbers alone are one. */
export const reasons = table({
  title: "Dead letters, by reason",
  description:
    "What could not be stored and was set aside, the commonest reason first, with the size of the newest piece and how it " +
    "begins (bytes that are no text as \\ooo or ·). Reasons that speak of an unknown format: check the stream's output format. " +
    "The bytes are in firefly.dead_letter, to be sent again.",
  emptyWhen,
  sql: `
    WITH reason AS (
      SELECT source, regexp_replace(reason, '[0-9]+', 'N', 'g') AS reason, count(*) AS letters,
        sum(size_bytes)::bigint AS bytes, min(received_at) AS oldest, max(received_at) AS newest,
        (array_agg(id ORDER BY received_at DESC, id))[1] AS sample_id
      FROM firefly.dead_letter
      WHERE ${inRange}
      GROUP BY 1, 2
      ORDER BY letters DESC, source, reason
      LIMIT 50
    )
    SELECT reason.source, reason.reason, letters, reason.bytes, oldest, newest, sample.size_bytes AS sample_bytes,
      regexp_replace(encode(substr(sample.bytes, 1, 120), 'escape'), '[[:cntrl:]]', '·', 'g') AS sample, sample.source_arn, sample.request_id
    FROM reason JOIN firefly.dead_letter AS sample ON sample.id = reason.sample_id
    ORDER BY letters DESC, reason.source, reason.reason
    LIMIT 50`,
  columns: {
    source: { title: "Function", width: 120 },
    reason: { title: "Reason", wrap: true },
    letters: { title: "Pieces", unit: units.count, width: 90, colour: palette.warning, cell: "text" },
    bytes: { title: "Size of all", unit: units.bytes, width: 110 },
    oldest: { title: "First", unit: units.time, width: 180 },
    newest: { title: "Newest", unit: units.time, width: 180 },
    sample_bytes: { title: "Size of the newest", unit: units.bytes, width: 140 },
    sample: { title: "Begins with", wrap: true },
    source_arn: { title: "Delivery stream", width: 160 },
    request_id: { title: "Delivery", width: 160 },
  },
  empty,
});

/** When pieces were set aside. */
export const deadLetters = timeSeries({
  title: "Dead letters, by function",
  description:
    "Pieces set aside for the first time in each step. A steady stream of them: a sender whose format has changed; the table " +
    "has the reason.",
  emptyWhen,
  queries: [
    series(`
      SELECT date_bin('$__interval', received_at, 'epoch') AS time, source AS metric, count(*) AS value
      FROM firefly.dead_letter
      WHERE ${inRange}
      GROUP BY 1, 2
      ORDER BY 1, 2
      LIMIT 5000`),
  ],
  unit: units.count,
  draw: "bars",
  stacked: true,
  empty,
});
