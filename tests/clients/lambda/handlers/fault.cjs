/** Has whatever the layer's own code parses fail, once functions are invoked. */
for (const [holder, name] of [[JSON, "parse"], [Buffer, "from"], [Array, "isArray"]]) {
  const real = holder[name];
  holder[name] = function (...parameters) {
    const caller = new Error().stack.split("\n")[2];
    if (/firefly\/(companion|single)\.cjs/.test(caller) && globalThis.awslambda !== undefined) {
      globalThis.faults = (globalThis.faults ?? 0) + 1;
      throw new Error("a fault in the layer");
    }
    return real.apply(this, parameters);
  };
}
