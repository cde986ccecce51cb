/** One fresh process: how long it takes to be ready, to answer the first event, and those after it. */
import { readdirSync, readFileSync } from "node:fs";

import { FunctionProcess, type FunctionOptions } from "../test/runtime/function_process";

export interface Measured {
  /** From the start of the process, its wrapper included, until the runtime asks for the first event. */
  readonly initMs: number;
  /** The processor's time of the same, on all threads. */
  readonly initCpuMs: number;
  readonly firstMs: number;
  /** Medians of the calls after it. */
  readonly warmMs: number;
  readonly warmCpuMs: number;
  readonly residentMb: number;
}

const WARMING_CALLS = 30;
const WARM_CALLS = 200;

export async function measure(options: FunctionOptions): Promise<Measured> {
  const lambda = await FunctionProcess.start(options);
  try {
    const initCpuMs = cpuMs(lambda.pid);
    const { tookMs: firstMs } = await call(lambda);
    await repeat(WARMING_CALLS, () => call(lambda));
    const before = cpuMs(lambda.pid);
    const answers = await repeat(WARM_CALLS, () => call(lambda));
    const warmCpuMs = (cpuMs(lambda.pid) - before) / WARM_CALLS;
    return { initMs: lambda.initMs, initCpuMs, firstMs, warmMs: median(answers.map(({ tookMs }) => tookMs)), warmCpuMs, residentMb: residentMb(lambda.pid) };
  } finally {
    lambda.stop();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

async function call(lambda: FunctionProcess) {
  const answer = await lambda.invoke({ headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } });
  if (answer.body !== '"done"') {
    throw new Error(`unexpected answer: ${answer.body} ${lambda.output.text}`);
  }
  return answer;
}

async function repeat<T>(times: number, action: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) {
    results.push(await action());
  }
  return results;
}

/** Nanoseconds on the processor of each of its threads, as Linux counts them. */
function cpuMs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]));
  return nanoseconds.reduce((total, each) => total + each, 0) / 1e6;
}

function residentMb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
