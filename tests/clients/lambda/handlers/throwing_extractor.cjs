/** A hook of the user's own whose extractor throws. */
globalThis.configureLambdaInstrumentation = (config) => ({
  ...config,
  eventContextExtractor: () => {
    globalThis.faults = (globalThis.faults ?? 0) + 1;
    throw new Error("the user's extractor throws");
  },
});
