import { defineConfig } from 'vitest/config';
import { kinds, testsByKind } from './test/kinds.ts';

const files = testsByKind();

export default defineConfig({
  test: {
    globalSetup: ['test/support/database.ts'],
    maxWorkers: 2,
    projects: kinds.map((name) => ({
      test: {
        name,
        include: files[name],
        testTimeout: 120_000,
        hookTimeout: 60_000,
        // On a shared machine a child process may be starved; what fails twice is broken.
        retry: process.env['CI'] === undefined ? 0 : 1,
      },
    })),
  },
});
