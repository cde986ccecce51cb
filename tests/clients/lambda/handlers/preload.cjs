/** A preload of the user's own. */
globalThis.preloaded = process.execArgv.concat(process.env.NODE_OPTIONS).join(" ");
