import { defineConfig } from 'vitest/config';

/** The suite in real time: PTYs, sockets, processes, other people's programs, a browser. */
export default defineConfig({
  test: {
    include: ['test/wires/**/*.test.ts', 'test/peers/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    sequence: { shuffle: { files: true, tests: false } },
  },
});
