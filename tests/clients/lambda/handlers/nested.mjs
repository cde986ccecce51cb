/** A handler beneath another name. */
import { handler } from "./echo.mjs";

export const orders = { create: handler };
