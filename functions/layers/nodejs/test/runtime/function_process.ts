/** A function in the real runtime client, started as Lambda starts it: the exec wrapper, if any, before the runtime. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";

import { PACKAGE } from "./layers";
import { RuntimeApi, type Answer, type Invocation } from "./runtime_api";

export interface FunctionOptions {
  readonly taskRoot: string;
  readonly handler: string;
  readonly wrapper?: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly runtime: Runtime;
}

/** A version of Node.js and of Lambda's runtime client, as `scripts/runtimes` installs them. */
export interface Runtime {
  readonly name: string;
  readonly node: string;
  readonly client: string;
  readonly executionEnvironment: string;
}

const installed = execFileSync(join(PACKAGE, "scripts/runtimes"), ["path"], { encoding: "utf8" }).trim();
const CLIENT_3 = join(installed, "client-3/node_modules/aws-lambda-ric/bin/index.mjs");
const CLIENT_4 = join(installed, "client-4/node_modules/aws-lambda-ric/index.mjs");

/** The first is whichever Node.js runs the tests: 20 in Lambda's oldest runtime. */
export const RUNTIMES = {
  oldest: { name: `Node.js ${process.versions.node}, client 3`, node: process.execPath, client: CLIENT_3, executionEnvironment: "AWS_Lambda_nodejs20.x" },
  node22: { name: "Node.js 22, client 3", node: nodeOf("node-22"), client: CLIENT_3, executionEnvironment: "AWS_Lambda_nodejs22.x" },
  node24: { name: "Node.js 24, client 4", node: nodeOf("node-24"), client: CLIENT_4, executionEnvironment: "AWS_Lambda_nodejs24.x" },
} as const satisfies Record<string, Runtime>;

function nodeOf(name: string): string {
  return join(installed, name, "node_modules", `node-linux-${process.arch}`, "bin/node");
}

export class FunctionProcess {
  private constructor(
    private readonly api: RuntimeApi,
    private readonly child: ChildProcess,
    readonly output: { text: string },
    readonly pid: number,
    /** From the start of the process to the first request for an event. */
    readonly initMs: number,
  ) {}

  static async start(options: FunctionOptions): Promise<FunctionProcess> {
    const api = new RuntimeApi();
    const address = await api.listen();
    const command = [options.runtime.node, options.runtime.client, options.handler];
    if (options.wrapper !== undefined) {
      command.unshift(options.wrapper);
    }
    const output = { text: "" };
    const startedAt = performance.now();
    const [program = "", ...parameters] = command;
    const child = spawn(program, parameters, { env: environmentOf(options, address), cwd: options.taskRoot, stdio: ["ignore", "pipe", "pipe"] });
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
    return new FunctionProcess(api, child, output, child.pid ?? 0, performance.now() - startedAt);
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

function environmentOf({ taskRoot, handler, environment, runtime }: FunctionOptions, address: string): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(runtime.node)}:/usr/bin:/bin`,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_LAMBDA_RUNTIME_API: address,
    AWS_EXECUTION_ENV: runtime.executionEnvironment,
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
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...environment,
  };
}
