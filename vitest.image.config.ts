import { defineConfig } from 'vitest/config';

/** The suite of the image: virtual machines in real time. One at a time: each takes the whole computer. */
export default defineConfig({
  test: {
    include: ['test/image/**/*.test.ts'],
    globalSetup: 'test/image/shared-folder.ts',
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
