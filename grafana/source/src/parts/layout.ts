import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";

/** The width of Grafana's grid. */
const columns = 24;

/** A row of panels of one height, side by side. */
export interface Row {
  height: number;
  /** Each panel with its width; without widths, they share the row. */
  panels: (Panel | [Panel, number])[];
}

/** A row of panels. */
export function row(height: number, ...panels: (Panel | [Panel, number])[]): Row {
  return { height, panels };
}

/** A heading across the dashboard. */
export function heading(title: string): Row {
  return row(1, { type: "row", title, collapsed: false, panels: [] } as Panel);
}

/** Gives the panels their ids, from 1, and their places, row under row. */
export function place(rows: Row[]): Panel[] {
  const placed: Panel[] = [];
  let y = 0;
  for (const { height, panels } of rows) {
    const share = Math.floor(columns / panels.length);
    let x = 0;
    for (const entry of panels) {
      const [panel, width] = Array.isArray(entry) ? entry : [entry, share];
      if (x + width > columns) throw new Error(`the row of ${panel.title ?? "a panel"} is wider than ${columns}`);
      placed.push({ ...panel, id: placed.length + 1, gridPos: { x, y, w: width, h: height } });
      x += width;
    }
    y += height;
  }
  return placed;
}
