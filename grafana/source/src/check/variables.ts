import { type Board, queries, variableQuery } from "./dashboard";
import { allLinks } from "./links";

/** A use of a variable in a text. */
export interface Use {
  name: string;
  path?: string;
  format?: string;
}

/** The variables that a text uses. */
export function used(text: string): Use[] {
  const found: Use[] = [];
  for (const match of text.matchAll(/\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}|\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]/g)) {
    const [, braced, path, format, bare, old, oldFormat] = match;
    const name = braced ?? bare ?? old;
    if (name !== undefined) {
      found.push({ name, ...optional("path", path), ...optional("format", format ?? oldFormat) });
    }
  }
  return found;
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

/** Variables that a dashboard uses and does not have, or uses before Grafana knows them. */
export function ofVariables(board: Board): string[] {
  const names = board.templating.list.map((variable) => variable.name);
  const problems: string[] = [];
  const need = (where: string, text: string, from: string[] = names): void => {
    for (const { name } of used(text)) {
      if (!name.startsWith("__") && !from.includes(name))
        problems.push(`${where} uses the variable ${name}, which is not there`);
    }
  };
  for (const { where, target } of queries(board)) need(where, [target.rawSql, target.expr, target.query].join("\n"));
  for (const { where, link } of allLinks(board)) need(where, link.url ?? "");
  for (const panel of board.panels) need(`panel ${panel.id}`, panel.title ?? "");
  for (const [index, variable] of board.templating.list.entries()) {
    need(`variable ${variable.name}`, variableQuery(variable), names.slice(0, index));
  }
  return problems;
}
