import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { folder, written } from "./files";

mkdirSync(folder, { recursive: true });
for (const [name, text] of written()) {
  writeFileSync(join(folder, name), text);
  console.log(`wrote ${name}`);
}
