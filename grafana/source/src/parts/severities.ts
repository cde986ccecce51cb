import { palette } from "./palette";

/** How severities and states of health are told. */
export const severities = {
  critical: { text: "● critical", colour: palette.critical },
  warning: { text: "● warning", colour: palette.warning },
  ok: { text: "● ok", colour: palette.ok },
  idle: { text: "○ idle", colour: palette.idle },
} as const;

/** How the outcomes of spans are told. */
export const outcomes = {
  error: { text: "● error", colour: palette.errors },
  ok: { text: "● ok", colour: palette.ok },
  unset: { text: "○ not set", colour: palette.idle },
} as const;
