// Bundled by esbuild, which exports getters that cannot be redefined.
export const handler = async (event: unknown): Promise<unknown> => Promise.resolve({ got: event });

export const api = { orders: async (): Promise<string> => Promise.resolve("nested") };
