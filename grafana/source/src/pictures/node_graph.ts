import * as echarts from "echarts";

import { type AnsweredPanel, type Cell, type Frame, shown } from "./answers";
import { display } from "./text";

function rows(frame: Frame): Record<string, Cell>[] {
  const length = frame.fields[0]?.values.length ?? 0;
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(frame.fields.map((field) => [field.name, field.values[row] ?? null])),
  );
}

/** Circles and what goes between them, as SVG. */
export function nodeGraph({ frames, panel }: AnsweredPanel, [width, height]: [number, number]): string {
  const isEdges = (frame: Frame) => frame.fields.some((field) => field.name === "source");
  const nodes = frames.filter((frame) => !isEdges(frame)).flatMap(rows);
  const edges = frames.filter(isEdges).flatMap(rows);
  const arcs = (frames.find((frame) => !isEdges(frame))?.fields ?? []).filter((field) => field.name.startsWith("arc__"));
  const ring = (node: Record<string, Cell>) => {
    const worst = arcs.filter((arc) => Number(node[arc.name]) > 0).map((arc) => display(0, shown(arc, panel)).colour);
    return worst.at(-1) ?? "#56A64B";
  };
  const chart = echarts.init(null, undefined, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    series: [
      {
        type: "graph",
        layout: "force",
        force: { initLayout: "circular", repulsion: 900, edgeLength: 150, layoutAnimation: false },
        symbolSize: 44,
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 7,
        label: { show: true, position: "bottom", fontSize: 11, color: "#333" },
        data: nodes.map((node) => ({
          id: String(node["id"]),
          name: `${String(node["title"])}\n${String(node["subtitle"] ?? "")}`,
          itemStyle: { color: "#fff", borderColor: ring(node), borderWidth: 4 },
        })),
        links: edges.map((edge) => ({
          source: String(edge["source"]),
          target: String(edge["target"]),
          label: { show: true, fontSize: 10, formatter: String(edge["mainstat"] ?? "") },
          lineStyle: { color: "#8a8f98", curveness: 0.1 },
        })),
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
