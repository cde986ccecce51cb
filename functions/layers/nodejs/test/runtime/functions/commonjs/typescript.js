"use strict";
// As TypeScript writes it for CommonJS.
Object.defineProperty(exports, "__esModule", { value: true });
exports.handler = void 0;
const work_1 = require("./work.js");
const handler = async (event) => ({ result: await (0, work_1.work)(), event });
exports.handler = handler;
