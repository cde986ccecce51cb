import { extract as extractFrom, type Extraction } from "../extract";
import { settingsOfProcess } from "./settings_of_process";

/**
 * The W3C context of an event of any of the shapes that the layer knows: of a whole invocation, or of one record, given as
 * `[record]`. Never throws, never changes the event.
 */
export function extract(event: unknown, lambdaContext?: unknown): Extraction {
  return extractFrom(event, lambdaContext, settingsOfProcess());
}
