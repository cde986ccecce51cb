import { type Board, type BoardFile, type BoardPanel, type Link, place } from "./dashboard";
import { used } from "./variables";

/** A link and the place that a message names. */
export interface PlacedLink {
  where: string;
  link: Link;
  panel?: BoardPanel;
}

/** Every link of a dashboard: its own, those of panels and those of fields. */
export function allLinks(board: Board): PlacedLink[] {
  const own = (board.links ?? []).map((link) => ({ where: `link ${link.title ?? "without a title"}`, link }));
  const ofPanels = board.panels.flatMap((panel) => {
    const overrides = (panel.fieldConfig?.overrides ?? []).flatMap((override) => override.properties);
    const ofFields = overrides.filter((one) => one.id === "links").flatMap((one) => one.value as Link[]);
    const links = [...(panel.links ?? []), ...(panel.fieldConfig?.defaults.links ?? []), ...ofFields];
    return links.map((link) => ({ where: `${place(panel)}, link ${link.title ?? "without a title"}`, link, panel }));
  });
  return [...own, ...ofPanels];
}

/** Links of a dashboard that lead nowhere, or lose the time range on the way. */
export function ofLinks(board: Board, files: BoardFile[]): string[] {
  return allLinks(board).flatMap((placed) => {
    const problems = placed.link.type === "dashboards" ? byTags(placed.link) : byAddress(placed, files);
    return problems.map((problem) => `${placed.where} ${problem}`);
  });
}

function byTags(link: Link): string[] {
  const problems: string[] = [];
  if ((link.tags ?? []).length === 0) problems.push("names no tag");
  if (link.keepTime !== true || link.includeVars !== true) problems.push("does not keep time range and variables");
  return problems;
}

function byAddress({ link, panel }: PlacedLink, files: BoardFile[]): string[] {
  const url = link.url ?? "";
  const problems = columns(url, panel);
  if ((link.title ?? "") === "") problems.push("has no title");
  const inside = /^\/d\/([\w-]+)(?:\/[\w-]+)?(?:\?(.*))?$/.exec(url);
  if (inside === null) {
    const outside = url.startsWith("https://") || /^\$\{__data\.fields\.\w+:raw\}$/.test(url);
    if (!outside) problems.push(`leads to ${url}, which is no dashboard and no https address`);
    return problems;
  }
  const [, uid, query = ""] = inside;
  const target = files.find((file) => file.board.uid === uid)?.board;
  if (target === undefined) return [...problems, `leads to the dashboard ${uid ?? "?"}, which is not there`];
  if (!query.includes("${__url_time_range}") && link.keepTime !== true) problems.push("loses the time range");
  if (/[?&](from|to)=/.test(url)) problems.push("sets a time range of its own");
  const names = target.templating.list.map((variable) => variable.name);
  for (const [, name] of query.matchAll(/(?:^|&)var-(\w+)=/g)) {
    if (name !== undefined && !names.includes(name)) {
      problems.push(`sets the variable ${name}, which ${target.title} does not have`);
    }
  }
  return problems;
}

/** A link may use the columns of its table: those that a query of the panel has by that name. */
function columns(url: string, panel: BoardPanel | undefined): string[] {
  const texts = (panel?.targets ?? []).map((target) => target.rawSql ?? target.expr ?? "");
  return used(url)
    .filter((use) => use.name === "__data" && use.path?.startsWith("fields.") === true)
    .map((use) => use.path?.slice("fields.".length) ?? "")
    .filter((column) => !texts.some((text) => new RegExp(`\\b${column}\\b`).test(text)))
    .map((column) => `uses the column ${column}, which no query of the panel has`);
}
