/** For those who would rather import Firefly than preload it. */
export * from "./explicit";
export type { Extraction, Trigger } from "./extract";
export type { Carrier } from "./inject";
export { readSettings, type Settings } from "./settings";
