/** Runs a handler in a process of its own, under our preload and what the community's layer does. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const FUNCTIONS = join(__dirname, "../../test/functions");
const PRELOAD = join(__dirname, "../src/companion/preload.js");

export const TASK_ROOT = join(FUNCTIONS, "task");

export interface TestSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message?: string };
  readonly links: readonly string[];
  readonly durationMs: number;
}

export interface Outcome {
  readonly answers: readonly { readonly value?: unknown; readonly error?: string }[];
  readonly spans: readonly TestSpan[];
  readonly streamed: string;
  readonly parameters: number;
  readonly event: unknown;
  /** From loading the handler to its last answer. */
  readonly elapsedMs: number;
  readonly propagators?: string;
  /** Whatever was printed besides. */
  readonly printed: string;
}

export interface Run {
  readonly handler: string;
  readonly events?: readonly unknown[];
  readonly deadlineMs?: number;
  readonly clientContext?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly isModule?: boolean;
  readonly taskRoot?: string;
  /** More `--require`s, before ours. */
  readonly before?: readonly string[];
}

export async function run({ handler, events = [{}], deadlineMs, clientContext, environment, isModule, taskRoot, before = [] }: Run): Promise<Outcome> {
  const preloads = [...before, PRELOAD].flatMap((file) => ["--require", file]);
  const child = spawn(process.execPath, [...preloads, "--no-warnings", "--import", join(FUNCTIONS, "layer.mjs"), join(FUNCTIONS, "runtime.mjs")], {
    env: {
      PATH: process.env.PATH,
      LAMBDA_TASK_ROOT: taskRoot ?? TASK_ROOT,
      _HANDLER: handler,
      AWS_LAMBDA_FUNCTION_NAME: "orders",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x",
      _X_AMZN_TRACE_ID: "Root=1-69251b40-a1b2c3d4e5f60718293a4b5c;Parent=53995c3f42cd8ad8;Sampled=0",
      TEST_ES_MODULE: String(isModule ?? false),
      TEST_INVOCATIONS: JSON.stringify({ events, deadlineMs, clientContext }),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  const end = output.stdout.lastIndexOf("\n");
  try {
    return { ...(JSON.parse(output.stdout.slice(end)) as Outcome), printed: output.stderr + output.stdout.slice(0, end) };
  } catch {
    throw new Error(`exit status ${String(code)}\n${output.stdout}\n${output.stderr}`);
  }
}
