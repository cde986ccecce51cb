// As esbuild writes the exports of a bundle: getters that cannot be redefined.
const { work } = require("./work.js");

const bundled = {};
Object.defineProperty(bundled, "handler", { get: () => handler, enumerable: true });
module.exports = Object.defineProperty(bundled, "__esModule", { value: true });
const handler = async (event) => ({ result: await work(), event });

// What esbuild leaves for those who look for the names of exports.
0 && (module.exports = { handler });
