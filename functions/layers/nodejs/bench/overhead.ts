/**
 * What the layers cost a function that does nothing, under Lambda's runtime client and a Runtime API on loopback. Fresh
 * processes in turns, so that what else the machine does meets all of them alike; medians.
 *
 *   npm run --silent bench -- [--runs 15] [--runtime node24|node22|oldest] [--handler commonjs|module] [--json] [--check]
 *
 * --check fails if the single layer costs more than it may, which on a busy machine means little.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { addCommunityLayer } from "../test/runtime/community";
import { RUNTIMES } from "../test/runtime/function_process";
import { buildLayers, PACKAGE, unpack } from "../test/runtime/layers";
import { measure, median, type Measured } from "./measure";

/** What the single layer may add. */
const MOST_INIT_MS = 120;
const MOST_WARM_MS = 2;

interface Variant {
  readonly name: string;
  readonly wrapper?: string;
  readonly environment: Readonly<Record<string, string>>;
}

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "15" },
    runtime: { type: "string", default: "node24" },
    handler: { type: "string", default: "commonjs" },
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const runtime = RUNTIMES[values.runtime as keyof typeof RUNTIMES];
  const gateway = createServer((request, response) => request.resume().on("end", () => response.writeHead(200).end()));
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const variants = await variantsWith(url);
  const runs = new Map(variants.map(({ name }) => [name, [] as Measured[]]));
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const { name, wrapper, environment } of variants) {
      runs.get(name)?.push(await measure({ taskRoot: join(PACKAGE, "bench/functions"), handler: `${values.handler}.handler`, runtime, wrapper, environment }));
    }
    process.stderr.write(".");
  }
  process.stderr.write("\n");
  gateway.close();
  const medians = new Map(Array.from(runs, ([name, measured]) => [name, mediansOf(measured)]));
  print(runtime.name, medians);
  if (values.check) {
    check(medians.get("nothing"), medians.get("single layer"));
  }
}

function check(bare: Measured | undefined, single: Measured | undefined): void {
  const initMs = (single?.initMs ?? NaN) - (bare?.initMs ?? NaN);
  const warmMs = (single?.warmMs ?? NaN) - (bare?.warmMs ?? NaN);
  if (!(initMs < MOST_INIT_MS && warmMs < MOST_WARM_MS)) {
    throw new Error(`the single layer adds ${initMs.toFixed(0)} ms to init and ${warmMs.toFixed(2)} ms to a call, of at most ${MOST_INIT_MS} and ${MOST_WARM_MS}`);
  }
}

async function variantsWith(url: string): Promise<Variant[]> {
  const built = buildLayers();
  const single = unpack(built, "single");
  const companion = unpack(built, "companion");
  await addCommunityLayer(companion, values.handler === "module" || values.runtime === "node24");
  const firefly = { FIREFLY_OTLP_URL: url };
  const community = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_PROPAGATORS: "tracecontext,baggage" };
  return [
    { name: "nothing", environment: {} },
    { name: "wrapper only", wrapper: join(single, "firefly-single"), environment: { FIREFLY_LAYER_DISABLED: "true" } },
    { name: "single layer", wrapper: join(single, "firefly-single"), environment: firefly },
    { name: "community layer", wrapper: join(companion, "otel-handler"), environment: community },
    { name: "companion + community", wrapper: join(companion, "firefly-companion"), environment: community },
  ];
}

function mediansOf(measured: readonly Measured[]): Measured {
  const of = (key: keyof Measured) => median(measured.map((each) => each[key]));
  return { initMs: of("initMs"), initCpuMs: of("initCpuMs"), firstMs: of("firstMs"), warmMs: of("warmMs"), warmCpuMs: of("warmCpuMs"), residentMb: of("residentMb") };
}

function print(runtime: string, medians: ReadonlyMap<string, Measured>): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ runtime, handler: values.handler, runs: Number(values.runs), variants: Object.fromEntries(medians) })}\n`);
    return;
  }
  const bare = medians.get("nothing");
  const rows = Array.from(medians, ([name, { initMs, initCpuMs, firstMs, warmMs, warmCpuMs, residentMb }]) =>
    [name, initMs.toFixed(0), signed(initMs - (bare?.initMs ?? 0)), initCpuMs.toFixed(0), firstMs.toFixed(1), warmMs.toFixed(2), warmCpuMs.toFixed(2), residentMb.toFixed(0)]);
  const lines = [["", "init ms", "added", "init CPU ms", "first call ms", "warm call ms", "warm CPU ms", "MiB"], ["---", "--:", "--:", "--:", "--:", "--:", "--:", "--:"], ...rows];
  process.stdout.write(`${runtime}, ${values.handler}, medians of ${values.runs} processes\n\n${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}\n`);
}

function signed(number: number): string {
  return (Math.round(number) > 0 ? "+" : "") + number.toFixed(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
