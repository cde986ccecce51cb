/**
 * Instruments the handler, whichever way the runtime loads its module: by `require`, as runtimes before Node.js 24 load
 * CommonJS, or by `import`. Of all modules it is the only one that is touched.
 */
import { AwsLambdaInstrumentation } from "@opentelemetry/instrumentation-aws-lambda";
import type { AwsLambdaInstrumentationConfig } from "@opentelemetry/instrumentation-aws-lambda";

import { HANDLER_ALIAS, isEsModule, parseHandler, watchModule } from "../safety/handler_guard";
import { redirectImport, replaceNamespace } from "../safety/redirect_import";
import type { Environment } from "../settings";

/** Upstream's instrumentation, of an object in the module's place. */
class HandlerInstrumentation extends AwsLambdaInstrumentation {
  /** Replaces the handler in an object that has it by the name in `lambdaHandler`. */
  patch(holder: unknown): void {
    for (const definition of this.init()) {
      for (const file of definition.files) {
        file.patch(holder);
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
  redirectImport(name, isEsModule(name.file), (namespace) => replaceNamespace(namespace, name, (holder) => { instrumentation.patch(holder); }));
  return instrumentation;
}
