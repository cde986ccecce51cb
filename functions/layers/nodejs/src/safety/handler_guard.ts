/**
 * Upstream replaces the handler's property of the module it is exported from. That fails, and the function with it, where
 * the export is a getter that cannot be redefined, as esbuild writes them, and replaces the wrong one where the handler is
 * nested (`index.orders.create`). So, for CommonJS, the runtime is given an object in the module's place:
 *
 * - it has all that the module has, the handler at the end of its path;
 * - the handler is also there under a name of our own, which is the one that upstream is told to replace;
 * - what the runtime calls calls what upstream made of it, and the user's handler alone if that fails before it gets there.
 */
import { existsSync, readFileSync } from "node:fs";
import Module from "node:module";
import { basename, dirname, join, resolve } from "node:path";

import type { Environment } from "../settings";

/** The name under which upstream finds the handler. */
export const HANDLER_ALIAS = "__firefly_handler";

type Handler = (this: unknown, ...parameters: unknown[]) => unknown;
type Loader = (request: string, parent: unknown, isMain: boolean) => unknown;

/**
 * What upstream is told that a handler returned which returned nothing and has a callback. It takes it for a promise and
 * leaves the span open, and answers `undefined`, as the handler did; the callback then ends the span.
 */
const CALLS_BACK = { then: () => undefined };

export interface HandlerName {
  /** The module's file without its ending. */
  readonly file: string;
  /** The module as it stands in `_HANDLER`. */
  readonly module: string;
  readonly path: readonly string[];
}

/**
 * Sees to the handler's module when it is loaded.
 *
 * @returns the name of the handler that upstream should be told, if it is another than that in `_HANDLER`
 */
export function installHandlerGuard(environment: Environment): string | undefined {
  const name = parseHandler(environment);
  if (name === undefined) {
    return undefined;
  }
  const alias = `${name.module}.${HANDLER_ALIAS}`;
  if (isImported(name, environment)) {
    // Upstream would put a function in the place of the object that holds a nested handler. Told of a name that is not
    // there, it does nothing.
    return name.path.length > 1 ? alias : undefined;
  }
  watchModule(name);
  return alias;
}

/** As the runtime reads it: the first dot of the last part ends the module's name. */
export function parseHandler({ LAMBDA_TASK_ROOT: root, _HANDLER: handler }: Environment): HandlerName | undefined {
  const match = /^([^.]*)\.(.+)$/.exec(basename(handler ?? ""));
  if (root === undefined || handler === undefined || match === null) {
    return undefined;
  }
  const [, stem = "", path = ""] = match;
  const module = join(dirname(handler), stem);
  return { file: resolve(root, module), module, path: path.split(".") };
}

/** From Node.js 24 the runtime imports CommonJS too, and upstream's loader of imports replaces even what is a getter. */
export function isImported({ file }: HandlerName, { AWS_EXECUTION_ENV: runtime }: Environment): boolean {
  const version = /^AWS_Lambda_nodejs(\d+)/.exec(runtime ?? "")?.[1];
  return Number(version) >= 24 || isEsModule(file);
}

export function isEsModule(file: string): boolean {
  if (existsSync(`${file}.js`)) {
    return isPackageOfModules(dirname(file));
  }
  return existsSync(`${file}.mjs`) || !existsSync(`${file}.cjs`);
}

function isPackageOfModules(folder: string): boolean {
  const manifest = join(folder, "package.json");
  if (existsSync(manifest)) {
    try {
      return (JSON.parse(readFileSync(manifest, "utf8")) as { type?: unknown }).type === "module";
    } catch {
      return false;
    }
  }
  const parent = dirname(folder);
  return parent !== folder && isPackageOfModules(parent);
}

export function watchModule(name: HandlerName): void {
  const loader = Module as unknown as { _load: Loader };
  const load = loader._load;
  const replacements = new Map<unknown, unknown>();
  loader._load = function (this: unknown, request, parent, isMain) {
    const moduleExports = load.call(this, request, parent, isMain);
    if (typeof request !== "string" || !isModule(request, name.file)) {
      return moduleExports;
    }
    if (!replacements.has(moduleExports)) {
      replacements.set(moduleExports, replaceExports(moduleExports, name.path));
    }
    return replacements.get(moduleExports);
  };
}

function isModule(request: string, file: string): boolean {
  return request === file || request === `${file}.js` || request === `${file}.cjs`;
}

/** The object in the module's place; the module itself if the handler is not where its name says. */
export function replaceExports(moduleExports: unknown, path: readonly string[]): unknown {
  try {
    return tryReplaceExports(moduleExports, path);
  } catch {
    return moduleExports;
  }
}

function tryReplaceExports(moduleExports: unknown, path: readonly string[]): unknown {
  const handler = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], moduleExports);
  if (typeof handler !== "function" || !(typeof moduleExports === "object" || typeof moduleExports === "function") || moduleExports === null) {
    return moduleExports;
  }
  const calls = { ofHandler: 0 };
  const watched = withProperties(function (this: unknown, ...parameters) {
    calls.ofHandler += 1;
    const result = (handler as Handler).apply(this, parameters);
    return result === undefined && handler.length >= 3 && typeof parameters[2] === "function" ? CALLS_BACK : result;
  }, handler);
  const root = copyOf(moduleExports);
  Object.defineProperty(root, HANDLER_ALIAS, { configurable: true, writable: true, enumerable: false, value: watched });
  const outermost = () => {
    const instrumented = (root as Record<string, unknown>)[HANDLER_ALIAS];
    if (typeof instrumented !== "function" || instrumented === watched) {
      return handler;
    }
    return withProperties(function (this: unknown, ...parameters) {
      const before = calls.ofHandler;
      try {
        return (instrumented as Handler).apply(this, parameters);
      } catch (error) {
        // Up to the handler's first line all happens at once, so no other invocation has counted meanwhile.
        if (calls.ofHandler !== before) {
          throw error;
        }
        return (handler as Handler).apply(this, parameters);
      }
    }, instrumented);
  };
  let holder = root;
  for (const key of path.slice(0, -1)) {
    const inner = copyOf((holder as Record<string, object>)[key] ?? {});
    Object.defineProperty(holder, key, { configurable: true, enumerable: true, value: inner });
    holder = inner;
  }
  let given: { readonly from: unknown; readonly handler: unknown } | undefined;
  Object.defineProperty(holder, path.at(-1) ?? "", {
    configurable: true,
    enumerable: true,
    get: () => {
      const from = (root as Record<string, unknown>)[HANDLER_ALIAS];
      if (given?.from !== from) {
        given = { from, handler: outermost() };
      }
      return given?.handler;
    },
  });
  return root;
}

/** The same properties, getters among them, all of which can be redefined. */
function copyOf(original: object): object {
  const descriptors = Object.getOwnPropertyDescriptors(original) as Record<PropertyKey, PropertyDescriptor>;
  const isNamespace = Object.prototype.toString.call(original) === "[object Module]";
  for (const key of Reflect.ownKeys(descriptors)) {
    const descriptor = descriptors[key];
    if (descriptor !== undefined) {
      descriptors[key] = { ...descriptor, configurable: true };
    }
  }
  return Object.create(isNamespace ? null : (Object.getPrototypeOf(original) as object | null), descriptors) as object;
}

/** Name, number of parameters, and the symbols by which the runtime knows a streaming handler. */
function withProperties(wrapper: Handler, original: object): Handler {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined && key !== "prototype") {
      Object.defineProperty(wrapper, key, { ...descriptor, configurable: true });
    }
  }
  return wrapper;
}
