import type { BoardFile } from "./dashboard";

/** Files that are not what the sources make: the dashboards are changed in the sources, then built. */
export function ofFreshness(files: BoardFile[], written: [string, string][]): string[] {
  const expected = new Map(written);
  const problems = files
    .filter(({ name, text }) => expected.get(name) !== text)
    .map(({ name }) =>
      expected.has(name) ? `${name} is not what the sources make: npm run build` : `${name} has no source`,
    );
  const present = new Set(files.map(({ name }) => name));
  return [
    ...problems,
    ...[...expected.keys()].filter((name) => !present.has(name)).map((name) => `${name} is missing: npm run build`),
  ];
}
