/** The layers as files: the same bytes twice, small, whole; and their wrapper scripts. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";

import { buildLayers, PACKAGE, unpack, type LayerName } from "./runtime/layers";

const NAMES: readonly LayerName[] = ["companion", "single"];
const MOST_BYTES = { companion: 1_048_576, single: 3 * 1_048_576 };

let built: string;

before(() => {
  built = buildLayers();
});

function bytesOf(folder: string, name: LayerName): Buffer {
  return readFileSync(join(folder, `${name}-layer.zip`));
}

describe("the layers' archives", () => {
  it("are the same bytes when they are built again, from another folder, in another zone", () => {
    const elsewhere = join(PACKAGE, "out", "another folder");
    rmSync(elsewhere, { recursive: true, force: true });
    mkdirSync(elsewhere, { recursive: true });
    for (const name of ["src", "scripts", "wrapper", "package.json", "tsconfig.json"]) {
      cpSync(join(PACKAGE, name), join(elsewhere, name), { recursive: true });
    }
    execFileSync("cp", ["-al", join(PACKAGE, "node_modules"), join(elsewhere, "node_modules")]);
    const zone = process.env.TZ;
    process.env.TZ = "Pacific/Kiritimati";
    try {
      const again = buildLayers(elsewhere);
      for (const name of NAMES) {
        assert.ok(bytesOf(again, name).equals(bytesOf(built, name)), `the ${name} layer differs`);
      }
    } finally {
      if (zone === undefined) {
        delete process.env.TZ;
      } else {
        process.env.TZ = zone;
      }
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  for (const name of NAMES) {
    it(`hold what Lambda needs of the ${name} layer and no more`, () => {
      assert.ok(bytesOf(built, name).length < MOST_BYTES[name]);
      const opt = unpack(built, name);
      const files = execFileSync("find", [".", "-type", "f"], { cwd: opt, encoding: "utf8" }).trim().split("\n").sort();
      assert.deepEqual(files, [`./firefly-${name}`, `./firefly/${name}-licences.txt`, `./firefly/${name}.cjs`]);
      assert.equal(statSync(join(opt, `firefly-${name}`)).mode & 0o777, 0o755);
      assert.match(readFileSync(join(opt, `firefly/${name}-licences.txt`), "utf8"), /@opentelemetry\/api 1\.9\.1 \(Apache-2\.0\)/);
    });
  }
});

describe("the wrapper scripts", () => {
  const SEEN = ["-p", "JSON.stringify([process.env.NODE_OPTIONS ?? null, process.argv.slice(1)])"];

  /** What Node.js is given that a wrapper starts: its options, and its arguments. */
  function run(opt: string, name: LayerName, environment: Record<string, string> = {}): unknown {
    const output = execFileSync(join(opt, `firefly-${name}`), [process.execPath, ...SEEN, "a  b", "*"], { encoding: "utf8", env: { PATH: process.env.PATH, ...environment } });
    return JSON.parse(output.trim().split("\n").at(-1) ?? "");
  }

  function writeWrapper(folder: string, name: string): string {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\nNODE_OPTIONS="$NODE_OPTIONS --title=${name}" exec "$@"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  for (const name of NAMES) {
    const preloadOf = (opt: string) => `--require ${opt}/firefly/${name}.cjs`;

    it(`of the ${name} layer put its preload before the user's options, and keep arguments`, () => {
      const opt = unpack(built, name);
      assert.deepEqual(run(opt, name), [preloadOf(opt), ["a  b", "*"]]);
      assert.deepEqual(run(opt, name, { NODE_OPTIONS: "--enable-source-maps --no-warnings" }), [`${preloadOf(opt)} --enable-source-maps --no-warnings`, ["a  b", "*"]]);
    });

    it(`of the ${name} layer do nothing when it is disabled`, () => {
      const opt = unpack(built, name);
      for (const value of ["true", "TRUE", "1", "yes", "on"]) {
        assert.deepEqual(run(opt, name, { FIREFLY_LAYER_DISABLED: value, NODE_OPTIONS: "--no-warnings" }), ["--no-warnings", ["a  b", "*"]]);
      }
      assert.deepEqual(run(opt, name, { FIREFLY_LAYER_DISABLED: "false" }), [preloadOf(opt), ["a  b", "*"]]);
    });

    it(`of the ${name} layer start the function when the preload is missing`, () => {
      const opt = unpack(built, name);
      rmSync(join(opt, "firefly"), { recursive: true });
      assert.deepEqual(run(opt, name), [null, ["a  b", "*"]]);
    });

    it(`of the ${name} layer hand over to the wrapper that the function had`, () => {
      const opt = unpack(built, name);
      const theirs = writeWrapper(mkdtempSync(join(tmpdir(), "firefly-wrapper-")), "theirs");
      assert.deepEqual(run(opt, name, { FIREFLY_EXEC_WRAPPER: theirs }), [`${preloadOf(opt)} --title=theirs`, ["a  b", "*"]]);
      assert.deepEqual(run(opt, name, { FIREFLY_EXEC_WRAPPER: "/absent" }), [preloadOf(opt), ["a  b", "*"]]);
    });
  }

  it("of the companion hand over to the other layer's wrapper, disabled or not", () => {
    const opt = unpack(built, "companion");
    writeWrapper(opt, "otel-instrument");
    const preload = `--require ${opt}/firefly/companion.cjs`;
    assert.deepEqual(run(opt, "companion"), [`${preload} --title=otel-instrument`, ["a  b", "*"]]);
    writeWrapper(opt, "otel-handler");
    assert.deepEqual(run(opt, "companion"), [`${preload} --title=otel-handler`, ["a  b", "*"]]);
    assert.deepEqual(run(opt, "companion", { FIREFLY_LAYER_DISABLED: "true" }), [" --title=otel-handler", ["a  b", "*"]]);
  });
});
