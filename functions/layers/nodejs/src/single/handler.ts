/**
 * Instruments the handler, whichever way the runtime loads its module: by `require`, as runtimes before Node.js 24 load
 * CommonJS, or by `import`. Of all modules it is the only one that is touched.
 */
import { AwsLambdaInstrumentation } from "@opentelemetry/instrumentation-aws-lambda";
import type { AwsLambdaInstrumentationConfig } from "@opentelemetry/instrumentation-aws-lambda";

import { HANDLER_ALIAS, isEsModule, parseHandler, replaceExports, watchModule, type HandlerName } from "../safety/handler_guard";
import type { Environment } from "../settings";
import { redirectImport } from "./redirect_import";

/** Upstream's instrumentation, of an object in the module's place. */
class HandlerInstrumentation extends AwsLambdaInstrumentation {
  /** Replaces the handler in an object that has it by the name in `lambdaHandler`. */
  patch(exports: unknown): void {
    for (const definition of this.init()) {
      for (const file of definition.files) {
        file.patch(exports);
      }
    }
  }
}

export function instrumentHandler(config: AwsLambdaInstrumentationConfig, environment: Environment): AwsLambdaInstrumentation | undefined {
  const name = parseHandler(environment);
  if (name === undefined) {
    return undefined;
  }
  const instrumentation = new HandlerInstrumentation({ ...config, lambdaHandler: `${name.module}.${HANDLER_ALIAS}` });
  watchModule(name);
  redirectImport(name, isEsModule(name.file), (namespace) => replaceNamespace(namespace, name, instrumentation));
  return instrumentation;
}

/** What is exported in the place of what the module exports: the handler's outermost name, and the default. */
function replaceNamespace(namespace: Readonly<Record<string, unknown>>, { path }: HandlerName, instrumentation: HandlerInstrumentation): Readonly<Record<string, unknown>> {
  const root = path[0] ?? "";
  // Of a CommonJS module, what Node's lexer does not see is in the default alone.
  const holder = namespace[root] === undefined ? namespace.default : namespace;
  const replaced = replaceExports(holder, path);
  if (replaced === holder) {
    return namespace;
  }
  instrumentation.patch(replaced);
  return { default: namespace.default, [root]: (replaced as Record<string, unknown>)[root] };
}
