export { handler } from "../commonjs/module.mjs";
export const orders = { create: async () => "created" };
export default { handler: async () => "default" };
