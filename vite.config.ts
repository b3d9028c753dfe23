import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Interop and lab tests measure time: files that share two cores with seven others would measure those.
    maxWorkers: 2,
  },
});
