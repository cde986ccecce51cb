import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A dashboard as it is read from its file, with what the checks look at. */
export interface Board {
  uid: string;
  title: string;
  description?: string;
  schemaVersion: number;
  links?: Link[];
  panels: BoardPanel[];
  templating: { list: Variable[] };
  annotations: { list: { name: string; datasource?: DataSource; target?: Target }[] };
}

/** A panel. */
export interface BoardPanel {
  id: number;
  type: string;
  title?: string;
  description?: string;
  datasource?: DataSource;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  links?: Link[];
  transformations?: { id: string }[];
  fieldConfig?: {
    defaults: { unit?: string; noValue?: string; links?: Link[] };
    overrides: { matcher: { id: string; options?: unknown }; properties: { id: string; value?: unknown }[] }[];
  };
}

/** A query of a panel or an annotation. */
export interface Target {
  refId: string;
  datasource?: DataSource;
  rawSql?: string;
  expr?: string;
  query?: string;
}

/** A variable. */
export interface Variable {
  name: string;
  type: string;
  label?: string;
  datasource?: DataSource;
  query?: string | { query?: string };
}

/** A reference to a data source. */
export interface DataSource {
  type?: string;
  uid?: string;
}

/** A link, of the dashboard, a panel or a field. */
export interface Link {
  title?: string;
  type?: string;
  url?: string;
  tags?: string[];
  keepTime?: boolean;
  includeVars?: boolean;
}

/** A file and what it holds. */
export interface BoardFile {
  name: string;
  text: string;
  board: Board;
}

/** Every dashboard of a folder, by name. */
export function read(folder: string): BoardFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      return { name, text, board: JSON.parse(text) as Board };
    });
}

/** Every query of a dashboard, with the place that a message names. */
export function queries(board: Board): { where: string; target: Target; fallback: DataSource | undefined }[] {
  const ofPanels = board.panels.flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({
      where: `${place(panel)}, query ${target.refId}`,
      target,
      fallback: panel.datasource,
    })),
  );
  const ofAnnotations = board.annotations.list.flatMap((annotation) =>
    annotation.target === undefined
      ? []
      : [{ where: `annotation ${annotation.name}`, target: annotation.target, fallback: annotation.datasource }],
  );
  return [...ofPanels, ...ofAnnotations];
}

/** What a message calls a panel. */
export function place(panel: BoardPanel): string {
  return `panel ${panel.id} (${panel.title ?? "without a title"})`;
}

/** The text of a variable's query. */
export function variableQuery(variable: Variable): string {
  return typeof variable.query === "string" ? variable.query : (variable.query?.query ?? "");
}
