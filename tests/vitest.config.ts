import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { bundleThread } from './support/bundle-thread.ts';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  define: {
    __AGENTS_VERSION__: JSON.stringify('0.0.0-test'),
    __WORKSPACE_THREAD__: JSON.stringify(bundleThread('src/app/workspace-thread.ts')),
  },
  test: {
    include: ['tests/{unit,contract,integration,e2e,tui}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/support/global-setup.ts'],
    // A screen of known size, colours on, and no CI detection: the same on every machine.
    env: { COLUMNS: '100', LINES: '36', FORCE_COLOR: '3', CI: 'false' },
    pool: 'forks',
    // One for each core of a small machine: the default leaves one of two idle.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      // Run only as a process or a thread of their own, whose coverage is not seen.
      exclude: ['src/cli/agents.ts', 'src/app/workspace-thread.ts'],
      // A summary only: what failed stays at the end of what is printed. Each file's lines: coverage/index.html.
      reporter: ['text-summary', 'html'],
      reportOnFailure: true,
      thresholds: { lines: 97, branches: 97, functions: 97, statements: 97 },
    },
  },
});
