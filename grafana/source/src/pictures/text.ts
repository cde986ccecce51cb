import type { Cell, Shown } from "./answers";

/** Text for HTML. */
export function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

function scaled(value: number, step: number, names: string[], decimals: number | undefined): string {
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= step && at < names.length - 1) {
    rest /= step;
    at += 1;
  }
  return `${number(rest, decimals)}${names[at] ?? ""}`;
}

function number(value: number, decimals: number | undefined): string {
  if (decimals !== undefined) return value.toFixed(decimals);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(Math.abs(value) < 0.01 && value !== 0 ? 6 : digits)));
}

/** A number in a unit of Grafana's. */
export function inUnit(value: number, unit: string, decimals?: number): string {
  switch (unit) {
    case "short":
      return scaled(value, 1000, ["", " K", " Mil", " Bil"], decimals);
    case "percent":
      return `${number(value, decimals)}%`;
    case "percentunit":
      return `${number(value * 100, decimals)}%`;
    case "ms":
      return value >= 60_000 ? `${number(value / 60_000, decimals)} min` : scaled(value, 1000, [" ms", " s"], decimals);
    case "s":
      return value >= 120 ? `${number(value / 60, decimals)} min` : `${number(value, decimals)} s`;
    case "bytes":
      return scaled(value, 1024, [" B", " KiB", " MiB", " GiB", " TiB"], decimals);
    case "mbytes":
      return scaled(value, 1024, [" MiB", " GiB", " TiB"], decimals);
    case "decmbytes":
      return scaled(value, 1000, [" MB", " GB", " TB"], decimals);
    case "currencyUSD":
      return `$${number(value, decimals)}`;
    case "cpm":
      return `${number(value, decimals)} c/m`;
    default: {
      const ending = unit.startsWith("suffix:") ? unit.slice("suffix:".length) : "";
      return `${number(value, decimals)}${ending}`;
    }
  }
}

/** A time, in UTC, to the second. */
export function time(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").slice(0, 19);
}

interface Mapping {
  type: string;
  options: Record<string, { text?: string; color?: string }>;
}

interface Threshold {
  value: number | null;
  color: string;
}

/** The text and colour of a value. */
export function display(value: Cell, field: Shown, isTime = false): { text: string; colour?: string } {
  const mappings = (field["mappings"] ?? []) as Mapping[];
  const mapped = mappings.find(({ type }) => type === "value")?.options[String(value)];
  const colour = mapped?.color ?? colourOf(value, field);
  if (mapped?.text !== undefined) return { text: mapped.text, colour };
  if (value === null) return { text: (field["noValue"] as string | undefined) ?? "", colour };
  const unit = (field["unit"] as string | undefined) ?? "";
  if (typeof value === "number" && (isTime || unit === "dateTimeAsIso")) return { text: time(value), colour };
  if (typeof value !== "number") return { text: String(value), colour };
  return { text: inUnit(value, unit, field["decimals"] as number | undefined), colour };
}

function colourOf(value: Cell, field: Shown): string | undefined {
  const colour = field["color"] as { mode: string; fixedColor?: string } | undefined;
  if (colour?.mode === "fixed") return colour.fixedColor;
  const steps = (field["thresholds"] as { steps?: Threshold[] } | undefined)?.steps ?? [];
  if (typeof value !== "number") return undefined;
  return steps.findLast((step) => step.value === null || value >= step.value)?.color;
}
