import type { MatcherConfig, Panel } from "@grafana/grafana-foundation-sdk/dashboard";

/** A value of an answer. */
export type Cell = number | string | boolean | null;

/** A column of an answer, as tests/src/grafana writes it. */
export interface Field {
  name: string;
  type: "time" | "number" | "string" | "boolean";
  labels?: Record<string, string>;
  display_name?: string;
  values: Cell[];
}

/** A table of an answer. */
export interface Frame {
  ref_id: string;
  fields: Field[];
}

/** A panel with what its queries answered. */
export interface AnsweredPanel {
  title: string;
  type: string;
  frames: Frame[];
  panel: Panel;
}

/** A dashboard with what its panels were answered. */
export interface Report {
  dashboard: string;
  title: string;
  from_ms: number;
  to_ms: number;
  panels: AnsweredPanel[];
}

/** How a field is shown: the defaults of its panel and the overrides that find it, together. */
export type Shown = Record<string, unknown> & { displayName: string };

/** The name of a field in a legend, which overrides find it by as well. */
function name(field: Field): string {
  const labels = Object.values(field.labels ?? {});
  return field.display_name ?? (labels.length > 0 ? labels.join(" ") : field.name);
}

function finds(matcher: MatcherConfig, field: Field): boolean {
  const names = [field.name, name(field)];
  const option = String(matcher.options);
  switch (matcher.id) {
    case "byName":
      return names.includes(option);
    case "byRegexp": {
      const pattern = new RegExp(option.replace(/^\/|\/[a-z]*$/g, ""));
      return names.some((name) => pattern.test(name));
    }
    default:
      return false;
  }
}

/** How a field of a panel is shown. */
export function shown(field: Field, panel: Panel): Shown {
  const { custom, ...defaults } = (panel.fieldConfig?.defaults ?? {}) as Record<string, unknown>;
  const result: Shown = { ...defaults, displayName: name(field) };
  for (const [key, value] of Object.entries((custom ?? {}) as Record<string, unknown>)) result[`custom.${key}`] = value;
  for (const { matcher, properties } of panel.fieldConfig?.overrides ?? []) {
    if (!finds(matcher, field)) continue;
    for (const { id, value } of properties) result[id] = value as unknown;
  }
  return result;
}
