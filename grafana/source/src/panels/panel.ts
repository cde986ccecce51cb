/** What every panel has. */
export interface Described {
  title: string;
  /** What it shows, from where; a reader sees it at the title. */
  description: string;
  /** Why it may rightly be empty, a sentence that goes on from "Empty "; left out where there is always something. */
  emptyWhen?: string;
}

/** The description, ending with why the panel may be empty. */
export function describe(panel: Described): string {
  return panel.emptyWhen === undefined ? panel.description : `${panel.description} Empty ${panel.emptyWhen}`;
}

/** A property of a field, by Grafana's id. */
export interface Property {
  id: string;
  value?: unknown;
}

/** The property that a field always has this colour. */
export function fixedColour(colour: string): Property {
  return { id: "color", value: { mode: "fixed", fixedColor: colour } };
}

/** Limits from which on a value has another colour; the first is its colour below them. */
export interface Limits {
  below: string;
  from: [number, string][];
}

/** Limits as Grafana has them. */
export function thresholds(limits: Limits): { mode: "absolute"; steps: { value: number | null; color: string }[] } {
  const steps = limits.from.map(([value, color]) => ({ value, color }));
  return { mode: "absolute", steps: [{ value: null, color: limits.below }, ...steps] };
}
