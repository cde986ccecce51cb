/** The layers as they are built, unpacked as Lambda unpacks them into /opt. */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The folder of this package; compiled tests are in `out/test/…`. */
export const PACKAGE = resolve(__dirname, "../../..");
export const FUNCTIONS = join(PACKAGE, "test/runtime/functions");

export type LayerName = "companion" | "single";

/** Builds both layers into a folder of their own. */
export function buildLayers(root = PACKAGE): string {
  const folder = mkdtempSync(join(tmpdir(), "firefly-layers-"));
  execFileSync(process.execPath, [join(root, "scripts/build.mjs"), "--out", folder], { cwd: tmpdir() });
  return folder;
}

/** Unpacks layers over each other, and answers what stands for /opt. */
export function unpack(built: string, ...names: LayerName[]): string {
  const opt = mkdtempSync(join(tmpdir(), "firefly-opt-"));
  for (const name of names) {
    execFileSync("unzip", ["-q", "-o", join(built, `${name}-layer.zip`), "-d", opt]);
  }
  return opt;
}
