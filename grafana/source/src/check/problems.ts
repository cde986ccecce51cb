import { uids } from "../parts/uids";
import type { BoardFile } from "./dashboard";
import { ofLinks } from "./links";
import { ofQueries } from "./queries";
import { structure, together } from "./structure";
import { ofTypes } from "./types";
import { ofVariables } from "./variables";

/** Everything that is wrong with dashboards that are installed together. */
export function problems(files: BoardFile[]): string[] {
  return [...ofContents(files), ...ofTypes(files)];
}

/** The same without comparing them with the types that Grafana publishes, which takes a second. */
export function ofContents(files: BoardFile[]): string[] {
  const each = files.flatMap(({ name, board }) =>
    [...structure(board), ...ofQueries(board), ...ofVariables(board), ...ofLinks(board, files)].map(
      (problem) => `${name}: ${problem}`,
    ),
  );
  return [...together(files, Object.values(uids)), ...each];
}
