import type { AnsweredPanel, Cell } from "./answers";
import { escape, inUnit } from "./text";

interface Span {
  id: Cell;
  parent: Cell;
  service: string;
  name: string;
  start: number;
  duration: number;
  isError: boolean;
}

/** The children of a span under it, in the order of time. */
function inOrder(spans: Span[]): [Span, number][] {
  const ids = new Set(spans.map((span) => span.id));
  const sorted = spans.toSorted((one, other) => one.start - other.start);
  const under = (parent: Cell, depth: number): [Span, number][] =>
    sorted
      .filter((span) => (ids.has(span.parent) ? span.parent : null) === parent)
      .flatMap((span): [Span, number][] => [[span, depth], ...under(span.id, depth + 1)]);
  return under(null, 0);
}

/** A trace as a waterfall, as HTML. */
export function trace({ frames }: AnsweredPanel): string {
  const fields = Object.fromEntries((frames[0]?.fields ?? []).map((field) => [field.name, field.values]));
  const at = (name: string, row: number) => fields[name]?.[row] ?? null;
  const spans = (fields["spanID"] ?? []).map((id, row) => ({
    id,
    parent: at("parentSpanID", row),
    service: String(at("serviceName", row)),
    name: String(at("operationName", row)),
    start: Number(at("startTime", row)),
    duration: Number(at("duration", row)),
    isError: String(at("tags", row)).replaceAll(" ", "").includes('"key":"error","type":"bool","value":true'),
  }));
  const start = Math.min(...spans.map((span) => span.start));
  const length = Math.max(...spans.map((span) => span.start + span.duration)) - start;
  const lines = inOrder(spans).map(([span, depth]) => {
    const left = ((span.start - start) / length) * 100;
    const width = Math.max((span.duration / length) * 100, 0.3);
    const colour = span.isError ? "#E02F44" : "#3274D9";
    return `<div class="span"><div class="what" style="padding-left:${depth * 14}px"><b>${escape(span.service)}</b> ${escape(span.name)}</div>
      <div class="track"><i style="left:${left}%;width:${width}%;background:${colour}"></i>
      <em style="${left + width < 90 ? `left:${left + width + 0.5}%` : `right:${100.5 - left}%`}">${inUnit(span.duration, "ms")}</em></div></div>`;
  });
  return `<div class="trace">${lines.join("")}</div>`;
}
