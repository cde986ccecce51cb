/** A function in the real runtime client, started as Lambda starts it: the exec wrapper, if any, before the runtime. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { RuntimeApi, type Answer, type Invocation } from "./runtime_api";

export interface FunctionOptions {
  readonly taskRoot: string;
  readonly handler: string;
  readonly wrapper?: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly node?: string;
}

/** Where `scripts/runtime-client` put the runtime client for a major version of Node.js. */
export function runtimeClient(): string {
  const path = process.env.FIREFLY_RUNTIME_CLIENT;
  if (path === undefined || !existsSync(path)) {
    throw new Error("FIREFLY_RUNTIME_CLIENT must name the runtime client's index.mjs, as scripts/runtime-client prints it");
  }
  return path;
}

export class FunctionProcess {
  private constructor(
    private readonly api: RuntimeApi,
    private readonly child: ChildProcess,
    readonly output: { text: string },
    /** From the start of the process to the first request for an event. */
    readonly initMs: number,
  ) {}

  static async start(options: FunctionOptions): Promise<FunctionProcess> {
    const api = new RuntimeApi();
    const address = await api.listen();
    const node = options.node ?? process.execPath;
    const command = [node, runtimeClient(), options.handler];
    if (options.wrapper !== undefined) {
      command.unshift(options.wrapper);
    }
    const output = { text: "" };
    const startedAt = performance.now();
    const [program = "", ...parameters] = command;
    const child = spawn(program, parameters, { env: environmentOf(options, address, node), cwd: options.taskRoot, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => { output.text += chunk.toString(); });
    }
    const exited = new Promise<never>((_, reject) => {
      child.once("exit", (code) => { reject(new Error(`the runtime ended with ${code}: ${output.text}`)); });
    });
    exited.catch(() => undefined);
    try {
      await Promise.race([api.ready, exited]);
    } catch (error) {
      child.kill("SIGKILL");
      api.close();
      throw error;
    }
    return new FunctionProcess(api, child, output, performance.now() - startedAt);
  }

  invoke(event: unknown, options: Omit<Invocation, "event"> = {}): Promise<Answer> {
    return this.api.invoke({ event, ...options });
  }

  /** As Lambda does it at a deadline, or when an environment is no longer needed. */
  stop(): void {
    this.child.kill("SIGKILL");
    this.api.close();
  }

  /** The environment is frozen between invocations. */
  freeze(): void {
    this.child.kill("SIGSTOP");
  }

  thaw(): void {
    this.child.kill("SIGCONT");
  }
}

function environmentOf({ taskRoot, handler, environment }: FunctionOptions, address: string, node: string): NodeJS.ProcessEnv {
  const major = /node-?v?(\d+)/.exec(node)?.[1] ?? process.versions.node.split(".")[0];
  return {
    PATH: `${dirname(node)}:/usr/bin:/bin`,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${major}.x`,
    AWS_LAMBDA_FUNCTION_NAME: "orders",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/orders",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0123456789abcdef",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    NODE_PATH: join(taskRoot, "node_modules"),
    ...environment,
  };
}
