import { type Board, type BoardFile, type BoardPanel, place } from "./dashboard";

/** Panels that Grafana draws without a unit: texts, and those whose fields have units of their own. */
const withoutUnit = new Set([
  "row",
  "text",
  "table",
  "traces",
  "nodeGraph",
  "logs",
  "alertlist",
  "annolist",
  "dashlist",
]);

/** Panels that show no data, and so cannot lack any. */
const withoutData = new Set(["row", "text", "alertlist", "annolist", "dashlist"]);

/** Transformations that Grafana 9.4 has: others would leave a panel of an older Grafana empty. */
const knownTransformations = new Set([
  "calculateField",
  "concatenate",
  "convertFieldType",
  "filterByValue",
  "filterFieldsByName",
  "groupBy",
  "joinByField",
  "labelsToFields",
  "limit",
  "merge",
  "organize",
  "prepareTimeSeries",
  "reduce",
  "renameByRegex",
  "rowsToFields",
  "seriesToRows",
  "sortBy",
]);

/** What is wrong with the parts of a dashboard, each by itself. */
export function structure(board: Board): string[] {
  const problems: string[] = [];
  if ((board.description ?? "") === "") problems.push("the dashboard has no description");
  if (board.schemaVersion < 39 || board.schemaVersion > 42) {
    problems.push(`schemaVersion is ${board.schemaVersion}, not 39 to 42`);
  }
  problems.push(
    ...repeated(board.panels.map((panel) => panel.id.toString())).map((id) => `two panels have the id ${id}`),
  );
  problems.push(
    ...repeated(board.templating.list.map((variable) => variable.name)).map(
      (name) => `two variables are called ${name}`,
    ),
  );
  for (const panel of board.panels) problems.push(...ofPanel(panel).map((problem) => `${place(panel)} ${problem}`));
  return [...problems, ...grid(board.panels)];
}

function ofPanel(panel: BoardPanel): string[] {
  const problems: string[] = [];
  const defaults = panel.fieldConfig?.defaults;
  if ((panel.title ?? "") === "") problems.push("has no title");
  if (panel.type !== "row" && (panel.description ?? "") === "") problems.push("has no description");
  if (!withoutUnit.has(panel.type) && (defaults?.unit ?? "") === "") problems.push("has no unit");
  if (!withoutData.has(panel.type)) {
    if ((defaults?.noValue ?? "") === "") problems.push("says nothing when it has no data");
    if ((panel.targets ?? []).length === 0) problems.push("has no query");
  }
  problems.push(
    ...repeated((panel.targets ?? []).map((target) => target.refId)).map((refId) => `has two queries ${refId}`),
  );
  for (const { id } of panel.transformations ?? []) {
    if (!knownTransformations.has(id)) problems.push(`uses the transformation ${id}, which Grafana 9.4 does not have`);
  }
  return problems;
}

function grid(panels: BoardPanel[]): string[] {
  const problems: string[] = [];
  for (const [index, panel] of panels.entries()) {
    const { x, y, w, h } = panel.gridPos;
    if (![x, y, w, h].every(Number.isInteger) || x < 0 || y < 0 || w < 1 || h < 1 || x + w > 24) {
      problems.push(`${place(panel)} is not inside the grid of 24 columns`);
    }
    for (const other of panels.slice(index + 1)) {
      const its = other.gridPos;
      const apart = x + w <= its.x || its.x + its.w <= x || y + h <= its.y || its.y + its.h <= y;
      if (!apart) problems.push(`${place(panel)} overlaps ${place(other)}`);
    }
  }
  return problems;
}

/** What is wrong between the dashboards of a folder. */
export function together(files: BoardFile[], uids: readonly string[]): string[] {
  const problems = repeated(files.map((file) => file.board.uid)).map((uid) => `two dashboards have the uid ${uid}`);
  problems.push(
    ...repeated(files.map((file) => file.board.title)).map((title) => `two dashboards are called ${title}`),
  );
  for (const { name, board } of files) {
    if (!uids.includes(board.uid)) problems.push(`${name}: nobody expects the uid ${board.uid}`);
  }
  return problems;
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
