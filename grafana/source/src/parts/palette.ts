/**
 * The colours. Each has one meaning on every dashboard; what has no meaning of its own, such as one function among
 * ten, takes Grafana's classic palette.
 */
export const palette = {
  invocations: "#3274D9",
  errors: "#E02F44",
  throttles: "#FF780A",
  /** Durations: average. The slower statistics are darker shades of the same colour. */
  duration: "#B877D9",
  durationP95: "#8F3BB8",
  durationP99: "#6A2391",
  durationMaximum: "#3D1459",
  coldStarts: "#1FA9C9",
  memory: "#A16946",
  cost: "#D9669E",
  concurrency: "#5B6ABF",
  /** What must not be exceeded: a timeout, configured memory, a quota. */
  limit: "#7B7B7B",
  deployment: "#00857C",

  ok: "#56A64B",
  warning: "#F2CC0C",
  critical: "#C4162A",
  idle: "#8E8E8E",
} as const;

/** A colour of the palette. */
export type Colour = (typeof palette)[keyof typeof palette];
