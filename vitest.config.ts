import { defineConfig } from 'vitest/config';

// Times in tests never depend on the machine's zone or locale; suites that prove it set their own.
export default defineConfig({ test: { include: ['test/**/*.test.ts'], exclude: ['test/conformance/**', 'test/browser/**'], testTimeout: 60_000, hookTimeout: 60_000 } });
