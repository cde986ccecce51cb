import { folder, written } from "../files";
import { read } from "./dashboard";
import { ofFreshness } from "./fresh";
import { problems } from "./problems";

const files = read(folder);
const found = [...ofFreshness(files, written()), ...problems(files)];
for (const problem of found) console.error(problem);
console.log(`${files.length} dashboards, ${found.length} problems`);
process.exitCode = found.length === 0 ? 0 : 1;
