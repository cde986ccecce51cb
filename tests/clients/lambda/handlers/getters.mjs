/** A bundle of this exports getters that nobody can redefine. */
export { handler } from "./echo.mjs";
