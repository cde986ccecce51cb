/**
 * Gives whoever first imports the handler's module, which is the runtime, a module of ours that exports the handler
 * instrumented. The user's module keeps its address and is not wrapped, so its bindings stay alive and its
 * `import.meta.url` is what it was.
 */
import Module from "node:module";
import { pathToFileURL } from "node:url";

import { guard } from "./guard";
import { replaceExports, type HandlerName } from "./handler_guard";

type Namespace = Readonly<Record<string, unknown>>;
interface Resolved { url: string; format?: string | null; shortCircuit?: boolean; importAttributes?: unknown }
type Next = (specifier: string, context?: unknown) => Resolved;
interface Hooks { resolve: (specifier: string, context: { conditions?: readonly string[] }, next: Next) => Resolved }
interface ModuleWithHooks {
  registerHooks?: (hooks: Hooks) => { deregister?: () => void };
  register?: (specifier: string, options: { data: unknown }) => void;
}

/** Where the module of ours finds what to export. */
const KEY = "firefly.handler";
const EXTENSIONS = new Set(["", ".js", ".mjs", ".cjs"]);

export function redirectImport(name: HandlerName, isEsModule: boolean, replace: (namespace: Namespace) => Namespace): void {
  const { register, registerHooks } = Module as unknown as ModuleWithHooks;
  const expose = () => {
    (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(KEY)] = (namespace: Namespace) => {
      try {
        return replace(namespace);
      } catch {
        return namespace;
      }
    };
  };
  const file = pathToFileURL(name.file).href;
  const root = name.path[0] ?? "default";
  // The hook is there for one import. In the thread of the module's own loader it costs little, since 22.15 and 23.5.
  if (registerHooks !== undefined) {
    expose();
    let isDone = false;
    registerHooks({
      resolve: (specifier, context, next) => {
        const resolved = next(specifier, context);
        // Another loader may have marked it as its own already; asked for anew, it will do so again.
        const url = resolved.url.replace(/[?#].*$/, "");
        if (isDone || context.conditions?.includes("import") !== true || !isModule(url, file)) {
          return resolved;
        }
        isDone = true;
        return { url: moduleOf(url, root), format: "module", shortCircuit: true };
      },
    });
  } else if (isEsModule && register !== undefined) {
    // Before that, it needs a thread of its own, which CommonJS, loaded by `require`, is spared.
    expose();
    guard(() => { register(loaderOf(file, root), { data: undefined }); });
  }
}

/**
 * What is exported in the place of what the module exports: the handler's outermost name, and the default.
 *
 * @param instrument sees to the handler under its alias in the object that it is given
 */
export function replaceNamespace(namespace: Namespace, { path }: HandlerName, instrument: (holder: Record<string, unknown>) => void): Namespace {
  const root = path[0] ?? "";
  // Of a CommonJS module, what Node's lexer does not see is in the default alone.
  const holder = namespace[root] === undefined ? namespace.default : namespace;
  const replaced = replaceExports(holder, path);
  if (replaced === holder) {
    return namespace;
  }
  instrument(replaced as Record<string, unknown>);
  return { default: namespace.default, [root]: (replaced as Record<string, unknown>)[root] };
}

function isModule(url: string, file: string): boolean {
  return url.startsWith(file) && EXTENSIONS.has(url.slice(file.length));
}

/** The module in the handler's module's place. */
function moduleOf(url: string, root: string): string {
  const names = [...new Set([root, "default"])];
  const source = [
    `import * as original from ${JSON.stringify(url)};`,
    `const replaced = globalThis[Symbol.for(${JSON.stringify(KEY)})](original);`,
    ...names.map((name, index) => `const value${index} = replaced[${JSON.stringify(name)}]; export { value${index} as ${JSON.stringify(name)} };`),
  ].join("\n");
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** The same hook for the loader's thread. The placeholder is replaced there by the module's address. */
function loaderOf(file: string, root: string): string {
  const placeholder = "firefly-address";
  const [before = "", after = ""] = decodeURIComponent(moduleOf(placeholder, root).replace("data:text/javascript,", "")).split(JSON.stringify(placeholder));
  const source = `
const file = ${JSON.stringify(file)};
let isDone = false;
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const url = resolved.url.replace(/[?#].*$/, "");
  if (isDone || !url.startsWith(file) || !["", ".js", ".mjs", ".cjs"].includes(url.slice(file.length))) {
    return resolved;
  }
  isDone = true;
  const source = ${JSON.stringify(before)} + JSON.stringify(url) + ${JSON.stringify(after)};
  return { url: "data:text/javascript," + encodeURIComponent(source), format: "module", shortCircuit: true };
}`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
