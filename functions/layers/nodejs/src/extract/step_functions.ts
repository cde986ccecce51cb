/**
 * Step Functions: a task's payload is what the state machine makes of the execution's input. Passed on whole, it has our
 * key itself; these are the places it has within the context object, the task token pattern and an earlier task's result.
 */
import { payloadHeaders } from "./payload";
import { isFields, path } from "./read";
import type { Found, Search, Shape } from "./types";

const PLACES = [["Execution", "Input"], ["Context", "Execution", "Input"], ["input"], ["Input"], ["Payload"], ["payload"]] as const;

function* findInStepFunctions(event: unknown, search: Search): Iterable<Found> {
  for (const place of PLACES) {
    const headers = payloadHeaders(path(event, ...place), search);
    if (headers !== undefined) {
      yield { headers, source: `step_functions.${place.join(".")}` };
      return;
    }
  }
}

export const stepFunctions: Shape = {
  name: "Step Functions",
  matches: (event) => PLACES.some((place) => isFields(path(event, ...place))),
  trigger: "other",
  find: findInStepFunctions,
};
