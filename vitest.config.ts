import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One copy of graphql: vitest would otherwise load its ESM and its CommonJS build side by side,
  // and graphql refuses a schema "from another module or realm".
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
