import { defineConfig } from 'vitest/config';

// Needs a Chromium on the machine, so it runs apart from the other suites.
export default defineConfig({ test: { include: ['test/browser/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 240_000, fileParallelism: false } });
