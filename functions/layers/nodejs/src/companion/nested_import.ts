/** A nested handler of a module that is imported, which upstream does not reach: it is given a span by `withFirefly`. */
import { withFirefly, type AnyHandler } from "../explicit/with_firefly";
import { HANDLER_ALIAS, isImported, parseHandler } from "../safety/handler_guard";
import { redirectImport, replaceNamespace } from "../safety/redirect_import";
import type { Environment, Settings } from "../settings";

export function instrumentNestedImport(environment: Environment, settings: Settings): void {
  const name = parseHandler(environment);
  if (name === undefined || name.path.length < 2 || !isImported(name, environment)) {
    return;
  }
  redirectImport(name, true, (namespace) => replaceNamespace(namespace, name, (holder) => {
    holder[HANDLER_ALIAS] = withFirefly(holder[HANDLER_ALIAS] as AnyHandler, settings);
  }));
}
