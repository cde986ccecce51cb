import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "out", "build", "node_modules", "test/functions", "test/runtime/functions", "bench/functions"] },
  { files: ["**/*.mjs"], extends: [tseslint.configs.recommended] },
  {
    files: ["src/**/*.ts", "test/**/*.ts", "bench/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", 350],
      // Nothing may be printed: each line is on the user's bill.
      "no-console": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // What an event holds is unknown, whatever its type says.
      "@typescript-eslint/no-unnecessary-condition": "error",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // The promises of `describe` and `it` are the runner's.
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [{ from: "package", name: ["describe", "it", "test", "suite"], package: "node:test" }] }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
