/**
 * What `NODE_OPTIONS=--require …` loads before the layer's own `--import`. It prints nothing and throws nothing.
 */
import { guard } from "../safety/guard";
import { readSettings } from "../settings";
import { install } from "./install";

guard(() => {
  const settings = readSettings(process.env);
  if (!settings.disabled) {
    install(globalThis, process.env, settings);
  }
});
