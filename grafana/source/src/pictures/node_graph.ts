import * as echarts from "echarts";

import { type AnsweredPanel, type Cell, type Frame, shown } from "./answers";
import { display } from "./text";

function rows(frame: Frame): Record<string, Cell>[] {
  const length = frame.fields[0]?.values.length ?? 0;
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(frame.fields.map((field) => [field.name, field.values[row] ?? null])),
  );
}

/** Pixels around the circles, for their names. */
const margin = 70;

/** Places for nodes, as shares of width and height: callers to the left of what they call, those of one depth under each other. */
function places(ids: string[], edges: [string, string][]): Map<string, [number, number]> {
  const depths = new Map(ids.map((id) => [id, 0]));
  for (let round = 0; round < ids.length; round += 1) {
    for (const [source, target] of edges) {
      const depth = Math.min((depths.get(source) ?? 0) + 1, ids.length - 1);
      if (round < depth && depth > (depths.get(target) ?? 0)) depths.set(target, depth);
    }
  }
  const places = ids.map((id): [string, [number, number]] => {
    const depth = depths.get(id) ?? 0;
    const column = ids.filter((other) => depths.get(other) === depth);
    return [id, [depth / Math.max(1, ...depths.values()), (column.indexOf(id) + 0.5 + (depth % 2) * 0.1) / column.length]];
  });
  return new Map(places);
}

/** Circles and what goes between them, as SVG. */
export function nodeGraph({ frames, panel }: AnsweredPanel, [width, height]: [number, number]): string {
  const isEdges = (frame: Frame) => frame.fields.some((field) => field.name === "source");
  const nodes = frames.filter((frame) => !isEdges(frame)).flatMap(rows);
  const edges = frames.filter(isEdges).flatMap(rows);
  const arcs = (frames.find((frame) => !isEdges(frame))?.fields ?? []).filter((field) => field.name.startsWith("arc__"));
  const ring = (node: Record<string, Cell>) => {
    const seen = arcs.filter((arc) => Number(node[arc.name]) > 0.02).map((arc) => display(0, shown(arc, panel)).colour);
    return seen.at(-1) ?? "#56A64B";
  };
  const ends = edges.map((edge): [string, string] => [String(edge["source"]), String(edge["target"])]);
  const placed = places(nodes.map((node) => String(node["id"])), ends);
  // Unseen, so that nothing is stretched to fill the panel.
  const corners = [0, 1].map((at) => ({
    id: `corner ${at}`,
    symbolSize: 0,
    label: { show: false },
    x: at * (width - 2 * margin),
    y: at * (height - 2 * margin),
  }));
  const chart = echarts.init(null, undefined, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    series: [
      {
        type: "graph",
        layout: "none",
        left: margin,
        right: margin,
        top: margin,
        bottom: margin,
        symbolSize: 40,
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 7,
        label: { show: true, position: "bottom", fontSize: 11, color: "#333" },
        data: [...corners, ...nodes.map((node) => ({
          id: String(node["id"]),
          x: (placed.get(String(node["id"]))?.[0] ?? 0) * (width - 2 * margin),
          y: (placed.get(String(node["id"]))?.[1] ?? 0) * (height - 2 * margin),
          name: `${String(node["title"])}\n${String(node["subtitle"] ?? "")}`,
          itemStyle: { color: "#fff", borderColor: ring(node), borderWidth: 4 },
        }))],
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
