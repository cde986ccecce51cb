/** What the single layer's `NODE_OPTIONS=--require …` loads. It prints nothing and throws nothing. */
import { guard } from "../safety/guard";
import { readSettings } from "../settings";
import { start } from "./start";

guard(() => {
  const settings = readSettings(process.env);
  if (!settings.disabled) {
    start(process.env, settings);
  }
});
