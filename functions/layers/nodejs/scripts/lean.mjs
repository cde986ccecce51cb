/**
 * Leaves out of a bundle what its packages load and never use here: time in every cold start. Each of these is checked
 * by the tests that run the built layers.
 */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

const CONVENTIONS = "@opentelemetry/semantic-conventions";

/** Packages that are replaced whole. */
const REPLACED = {
  // Debug output of require-in-the-middle.
  debug: "module.exports = () => Object.assign(() => undefined, { enabled: false });",
  // Wraps ES modules; without its loader, which we do not register, it does nothing.
  "import-in-the-middle": "module.exports = { Hook: class { unhook() {} } };",
};

export const lean = {
  name: "lean",
  setup(build) {
    const names = Object.keys(REPLACED).join("|");
    build.onResolve({ filter: new RegExp(`^(${names})$`) }, ({ path }) => ({ path, namespace: "replaced" }));
    build.onLoad({ filter: /.*/, namespace: "replaced" }, ({ path }) => ({ contents: REPLACED[path] }));

    // A thousand constants, of which a CommonJS module would get all. It is given those whose names it mentions.
    build.onResolve({ filter: new RegExp(`^${CONVENTIONS}$`) }, ({ kind, importer }) => (kind === "require-call" ? { path: importer, namespace: "conventions" } : undefined));
    build.onLoad({ filter: /.*/, namespace: "conventions" }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const mentioned = new Set(Array.from(source.matchAll(/semantic_conventions_\d+\.([A-Za-z_0-9]+)/g), ([, name]) => name));
      return { contents: `export { ${[...mentioned].sort().join(", ")} } from "${CONVENTIONS}";`, resolveDir: dirname(path) };
    });
  },
};
