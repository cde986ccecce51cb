import { type AnsweredPanel, shown, type Shown } from "./answers";
import { display, escape } from "./text";

function cell(text: string, colour: string | undefined, config: Shown): string {
  const options = config["custom.cellOptions"] as { type?: string; wrapText?: boolean } | undefined;
  const isLink = Array.isArray(config["links"]) && config["links"].length > 0;
  const style = [
    options?.type === "color-text" && colour ? `color:${colour}` : "",
    options?.type === "color-background" && colour ? `background:${colour};color:#fff` : "",
    options?.wrapText ? "white-space:normal" : "",
  ].join(";");
  return `<td style="${style}">${isLink ? "<u>" : ""}${escape(text)}${isLink ? "</u>" : ""}</td>`;
}

/** The widths of columns, in pixels: those without one share what is left; if it is too little, all are narrower. */
function shared(wanted: (number | undefined)[], width: number): number[] {
  const taken = wanted.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const left = (width - taken) / Math.max(1, wanted.filter((one) => one === undefined).length);
  const widths = wanted.map((one) => one ?? Math.max(150, left));
  const total = widths.reduce((sum, one) => sum + one, 0);
  return widths.map((one) => (one * Math.min(1, width / total)));
}

/** A table, as HTML, with as many rows as fit. */
export function table({ frames, panel }: AnsweredPanel, [width, height]: [number, number]): string {
  const frame = frames[0];
  const fields = (frame?.fields ?? [])
    .map((field) => ({ field, config: shown(field, panel) }))
    .filter(({ config }) => config["custom.hidden"] !== true);
  const length = frame?.fields[0]?.values.length ?? 0;
  if (length === 0) return `<p class="empty">${escape(panel.fieldConfig?.defaults.noValue ?? "No data")}</p>`;
  const widths = shared(fields.map(({ config }) => config["custom.width"] as number | undefined), width);
  const columns = fields.map(({ config }, at) => `<th style="width:${widths[at] ?? 0}px">${escape(config.displayName)}</th>`);
  const body = Array.from({ length: Math.min(length, Math.floor(height / 27) - 1) }, (_, row) => {
    const cells = fields.map(({ field, config }) => {
      const { text, colour } = display(field.values[row] ?? null, config, field.type === "time");
      return cell(text, colour, config);
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><tr>${columns.join("")}</tr>${body.join("")}</table>`;
}
