/** While it is armed, has what the layer's own code parses and decodes fail. */
for (const [holder, name] of [[JSON, "parse"], [Buffer, "from"]]) {
  const real = holder[name];
  holder[name] = function (...parameters) {
    const caller = new Error().stack.split("\n")[2];
    if (/firefly\/(companion|single)\.cjs/.test(caller) && globalThis.isArmed) {
      globalThis.faults = (globalThis.faults ?? 0) + 1;
      throw new Error("a fault in the layer");
    }
    return real.apply(this, parameters);
  };
}
