/** Draws dashboards: reads the answers to their panels, and writes a page for each. Prints name and height of each. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Report } from "./answers";
import { page } from "./page";

const [into, ...files] = process.argv.slice(2);
if (into === undefined || files.length === 0) throw new Error("usage: main.js FOLDER ANSWERS.json...");
for (const file of files) {
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  const { html, height } = page(report);
  writeFileSync(join(into, `${report.dashboard}.html`), html);
  console.log(report.dashboard, height);
}
