import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/database.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // On a shared machine a child process may be starved; what fails twice is broken.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
