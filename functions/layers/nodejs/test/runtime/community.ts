/** Puts `community_layer.ts` where the community's layer is when it is unpacked, with a wrapper of the same name. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { PACKAGE } from "./layers";

/**
 * As that layer loads itself: an ES module by `--import`. It registers the loader of import-in-the-middle where the
 * handler is an ES module, and in runtimes from Node.js 24.
 */
export async function addCommunityLayer(opt: string, needsLoader: boolean): Promise<void> {
  const folder = join(opt, "community");
  mkdirSync(folder, { recursive: true });
  const manifest = join(PACKAGE, "package.json");
  writeFileSync(join(folder, "init.mjs"), [
    'import { createRequire, register } from "node:module";',
    needsLoader ? `register("import-in-the-middle/hook.mjs", ${JSON.stringify(`file://${manifest}`)});` : "",
    'createRequire(import.meta.url)("./wrapper.cjs");',
  ].join("\n"));
  await build({
    entryPoints: [join(PACKAGE, "test/runtime/community_layer.ts")],
    outfile: join(folder, "wrapper.cjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // One copy, which the loader's thread knows too.
    external: ["import-in-the-middle", "require-in-the-middle"],
    banner: { js: `require = require("node:module").createRequire(${JSON.stringify(manifest)});` },
  });
  writeFileSync(join(opt, "otel-handler"), `#!/bin/sh\nNODE_OPTIONS="\${NODE_OPTIONS} --import ${folder}/init.mjs" exec "$@"\n`, { mode: 0o755 });
}
