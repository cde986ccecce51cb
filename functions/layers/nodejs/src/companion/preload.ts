/** `--require`d before the layer's own `--import`: sets the `configure…` hooks. */
export {};
