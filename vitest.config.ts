import { defineConfig } from 'vitest/config';

/** The plain suite: needs nothing but the clone. `wires` (with `peers`) and `image` have their own options. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/wires/**', 'test/peers/**', 'test/image/**', 'node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    sequence: { shuffle: { files: true, tests: false } },
  },
});
