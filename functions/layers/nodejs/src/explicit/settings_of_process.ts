import { readSettings, type Settings } from "../settings";

let settings: Settings | undefined;

/** The settings of `process.env`, read when they are first asked for. */
export function settingsOfProcess(): Settings {
  settings ??= readSettings(process.env);
  return settings;
}
