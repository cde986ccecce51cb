import { type AnsweredPanel, shown } from "./answers";
import { display, escape } from "./text";

/** The last value of each field, in large. */
export function stat({ frames, panel }: AnsweredPanel): string {
  const fields = frames.flatMap((frame) => frame.fields).filter((field) => field.type !== "time");
  const values = fields.map((field) => {
    const config = shown(field, panel);
    const value = field.values.findLast((value) => value !== null) ?? null;
    return { name: config.displayName, ...display(value, config) };
  });
  if (values.length === 0) return `<p class="empty">${escape(panel.fieldConfig?.defaults.noValue ?? "")}</p>`;
  const shownNames = values.length > 1;
  const lines = values.map(({ name, text, colour }, at) => {
    const label = shownNames ? `<span class="name">${escape(name)}</span>` : "";
    return `<div class="${at === 0 ? "value" : "value second"}" style="color:${colour ?? "#333"}">${label}${escape(text)}</div>`;
  });
  return `<div class="stat">${lines.join("")}</div>`;
}
