import type { AnsweredPanel, Report } from "./answers";
import { nodeGraph } from "./node_graph";
import { stat } from "./stat";
import { table } from "./table";
import { escape, time } from "./text";
import { timeSeries } from "./time_series";
import { trace } from "./trace";

/** Pixels of a column and of a row of Grafana's grid, and between panels. */
const [column, rowHeight, gap] = [64, 38, 8];

const style = `
  body { margin: 0; background: #f4f5f5; font: 12px "DejaVu Sans", sans-serif; color: #24292e; width: ${24 * column}px; padding: 12px }
  h1 { font-size: 19px; margin: 0 } header { display: flex; align-items: baseline; gap: 16px; margin-bottom: 10px }
  header small { color: #6b7280 } main { position: relative }
  section { position: absolute; background: #fff; border: 1px solid #e1e4e8; border-radius: 3px; overflow: hidden; box-sizing: border-box }
  section.row { background: none; border: 0 } section.row h2 { font-size: 14px; padding-left: 0 }
  h2 { font-size: 12.5px; margin: 0; padding: 7px 9px 3px } .empty { color: #6b7280; padding: 4px 10px }
  .stat { display: flex; flex-direction: column; justify-content: center; height: calc(100% - 34px); padding: 0 10px; gap: 4px }
  .value { font-size: 27px; font-weight: 600; display: flex; justify-content: space-between; align-items: baseline }
  .second { font-size: 15px; font-weight: 400 } .name { font-size: 11px; color: #6b7280; font-weight: 400 }
  table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 11px } u { text-decoration-color: #9db7de; color: #1f62c9 }
  th, td { box-sizing: border-box } th { text-align: left; font-weight: 600; padding: 5px 8px; border-bottom: 1px solid #e1e4e8; color: #1f62c9 }
  td { padding: 5px 8px; border-bottom: 1px solid #f0f1f2; white-space: nowrap; overflow: hidden; text-overflow: clip }
  .text { padding: 4px 10px; white-space: pre-wrap } .trace { padding: 4px 9px } .span { display: flex; height: 21px; align-items: center }
  .what { width: 34%; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; box-sizing: border-box }
  .track { position: relative; flex: 1; height: 100%; border-left: 1px solid #e1e4e8 }
  .track i { position: absolute; top: 6px; height: 9px; border-radius: 2px } .track em { position: absolute; top: 4px; font-size: 10px; font-style: normal; color: #6b7280 }`;

function content(answered: AnsweredPanel, report: Report, [width, height]: [number, number]): string {
  switch (answered.type) {
    case "stat":
    case "gauge":
      return stat(answered);
    case "table":
      return table(answered, [width, height]);
    case "timeseries":
      return timeSeries(answered, [report.from_ms, report.to_ms], [width, height]);
    case "nodeGraph":
      return nodeGraph(answered, [width, height]);
    case "traces":
      return trace(answered);
    case "text":
      return `<div class="text">${escape((answered.panel.options as { content?: string }).content ?? "")}</div>`;
    default:
      throw new Error(`no picture of a panel of type ${answered.type}`);
  }
}

/** A dashboard as an HTML page, and its height in pixels. */
export function page(report: Report): { html: string; height: number } {
  let bottom = 0;
  const sections = report.panels.map((answered) => {
    const { x, y, w, h } = answered.panel.gridPos ?? { x: 0, y: 0, w: 24, h: 1 };
    bottom = Math.max(bottom, y + h);
    const [width, height] = [w * column - gap, h * rowHeight - gap];
    const place = `left:${x * column}px;top:${y * rowHeight}px;width:${width}px;height:${height}px`;
    if (answered.type === "row") return `<section class="row" style="${place}"><h2>${escape(answered.title)}</h2></section>`;
    const inside = content(answered, report, [width - 2, height - 30]);
    return `<section style="${place}"><h2>${escape(answered.title)}</h2>${inside}</section>`;
  });
  const range = `${time(report.from_ms)} to ${time(report.to_ms)} UTC`;
  const caption = "Drawn from the answers to the panels' queries on demo data; in Grafana it looks like Grafana.";
  const height = bottom * rowHeight;
  const html = `<!doctype html><meta charset="utf-8"><title>${escape(report.title)}</title><style>${style}</style>
<header><h1>Firefly / ${escape(report.title)}</h1><small>${range}</small><small>${caption}</small></header>
<main style="height:${height}px">${sections.join("\n")}</main>`;
  return { html, height: height + 60 };
}
