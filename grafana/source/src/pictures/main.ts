/** Draws dashboards: reads what grafana-panels wrote, and writes a page for each. Prints name and height of each. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Report } from "./answers";
import { page } from "./page";

const [into, file] = process.argv.slice(2);
if (into === undefined || file === undefined) throw new Error("usage: main.js FOLDER ANSWERS.json");
for (const report of JSON.parse(readFileSync(file, "utf8")) as Report[]) {
  const { html, height } = page(report);
  writeFileSync(join(into, `${report.dashboard}.html`), html);
  console.log(report.dashboard, height);
}
