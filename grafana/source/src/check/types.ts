import { join } from "node:path";

import ts from "typescript";

import type { BoardFile } from "./dashboard";

const source = join(__dirname, "..", "..", "src", "check");

/**
 * Where dashboards do not have the shape that Grafana publishes. Each is compiled as a literal, so that a property that
 * Grafana does not know is an error as well.
 */
export function ofTypes(files: BoardFile[]): string[] {
  const texts = new Map(
    files.map(({ name, text }) => [
      join(source, `${name}.ts`),
      `import type { PublishedDashboard } from "./published_types";\nexport const dashboard: PublishedDashboard =\n${text};\n`,
    ]),
  );
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.fileExists = (path) => texts.has(path) || disk.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? disk.readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? disk.getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, text, version, true);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n    ");
    if (diagnostic.file === undefined || diagnostic.start === undefined) return message;
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
    const name = diagnostic.file.fileName.slice(source.length + 1).replace(/\.ts$/, "");
    // Two lines stand before the text.
    return `${name}:${line - 1}: ${message}`;
  });
}
