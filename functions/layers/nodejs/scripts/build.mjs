/**
 * Builds both layers: dist/companion-layer.zip and dist/single-layer.zip, the same bytes from the same sources wherever
 * they are built.
 *
 *   node scripts/build.mjs [--out FOLDER] [--metafile]
 *
 * `--metafile` also writes what esbuild took and how large it is.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build } from "esbuild";

import { lean } from "./lean.mjs";
import { licencesOf } from "./licences.mjs";
import { zip } from "./zip.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "dist") }, metafile: { type: "boolean" } } });
const MEBIBYTE = 1_048_576;

/** What each layer may weigh, zipped: Lambda loads it in every cold start. */
const LAYERS = [
  { name: "companion", entry: "src/companion/preload.ts", mostBytes: MEBIBYTE },
  { name: "single", entry: "src/single/preload.ts", mostBytes: 3 * MEBIBYTE },
];

for (const layer of LAYERS) {
  const { code, metafile } = await bundle(layer.entry);
  const archive = await zip([
    { name: `firefly-${layer.name}`, mode: 0o755, content: await readFile(join(root, "wrapper", `firefly-${layer.name}`)) },
    { name: `firefly/${layer.name}.cjs`, mode: 0o644, content: code },
    { name: `firefly/${layer.name}-licences.txt`, mode: 0o644, content: await licencesOf(metafile, root) },
  ]);
  if (archive.length > layer.mostBytes) {
    throw new Error(`the ${layer.name} layer is ${archive.length} bytes, more than ${layer.mostBytes}`);
  }
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, `${layer.name}-layer.zip`), archive);
  if (values.metafile) {
    await writeFile(join(values.out, `${layer.name}-metafile.json`), JSON.stringify(metafile));
  }
  console.log(`${layer.name}-layer.zip: ${archive.length} bytes, of them ${code.length} of code before compression`);
}

async function bundle(entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: "bundle.cjs",
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    legalComments: "none",
    // Packages' ES modules, of which what is not used can be left out.
    mainFields: ["module", "main"],
    conditions: ["module"],
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [lean],
    logLevel: "warning",
  });
  return { code: Buffer.from(outputFiles[0].contents), metafile };
}
