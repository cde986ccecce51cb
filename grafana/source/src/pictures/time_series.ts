import * as echarts from "echarts";

import { type AnsweredPanel, type Field, shown, type Shown } from "./answers";
import { inUnit } from "./text";

/** Grafana's classic colours come one after the other; these are of our own choosing. */
const classic = ["#6CA6D9", "#7EB26D", "#EAB839", "#E8825D", "#9F7BC7", "#4FB5AE", "#C76F9B", "#8C8C5A", "#5B7BA6", "#B0563B"];

interface Line {
  field: Field;
  times: number[];
  config: Shown;
}

function lines({ frames, panel }: AnsweredPanel): Line[] {
  return frames.flatMap((frame) => {
    const times = frame.fields.find((field) => field.type === "time");
    if (!times) return [];
    return frame.fields
      .filter((field) => field.type === "number")
      .map((field) => ({ field, times: times.values.map(Number), config: shown(field, panel) }));
  });
}

function series({ field, times, config }: Line, at: number): echarts.SeriesOption {
  const isBars = config["custom.drawStyle"] === "bars";
  const colour = config["color"] as { mode?: string; fixedColor?: string } | undefined;
  const stacking = config["custom.stacking"] as { mode?: string; group?: string } | undefined;
  const dash = (config["custom.lineStyle"] as { fill?: string } | undefined)?.fill === "dash";
  return {
    name: config.displayName,
    type: isBars ? "bar" : "line",
    color: colour?.fixedColor ?? classic[at % classic.length],
    stack: stacking?.mode === "normal" ? stacking.group : undefined,
    yAxisIndex: config["custom.axisPlacement"] === "right" ? 1 : 0,
    data: field.values.map((value, index) => [times[index] ?? 0, value as number]),
    ...(isBars
      ? { barCategoryGap: "20%", barMaxWidth: 8 }
      : {
          showSymbol: false,
          connectNulls: config["custom.spanNulls"] === true,
          lineStyle: { width: 1.5, type: dash ? "dashed" : "solid" },
          areaStyle: { opacity: Number(config["custom.fillOpacity"] ?? 0) / 100 },
        }),
  };
}

/** A chart over time, as SVG. */
export function timeSeries(answered: AnsweredPanel, [from, to]: [number, number], [width, height]: [number, number]): string {
  const found = lines(answered);
  const isRight = (line: Line) => line.config["custom.axisPlacement"] === "right";
  const axis = (ofSide: Line[], position: "left" | "right"): echarts.YAXisComponentOption => {
    const unit = (ofSide[0]?.config["unit"] as string | undefined) ?? "short";
    return {
      type: "value",
      position,
      min: 0,
      splitNumber: 4,
      splitLine: { lineStyle: { color: "#e4e7eb" } },
      axisLabel: { fontSize: 10, formatter: (value: number) => inUnit(value, unit) },
    };
  };
  const left = axis(found.filter((line) => !isRight(line)), "left");
  const chart = echarts.init(null, undefined, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    useUTC: true,
    grid: { left: 8, right: 12, top: 8, bottom: 30, containLabel: true },
    legend: { bottom: 0, itemWidth: 14, itemHeight: 3, icon: "rect", textStyle: { fontSize: 10 }, type: "plain" },
    xAxis: { type: "time", min: from, max: to, axisLabel: { fontSize: 10, hideOverlap: true } },
    yAxis: found.some(isRight) ? [left, axis(found.filter(isRight), "right")] : [left],
    series: found.map(series),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
