/** Lambda destinations: the record of an invocation, with the event that it was given. */
import { findInDestination, isDestination } from "./payload";
import type { Shape } from "./types";

export const destination: Shape = {
  name: "Lambda destination",
  matches: isDestination,
  trigger: "other",
  find: (event, search) => findInDestination(event, "destination", search),
};
