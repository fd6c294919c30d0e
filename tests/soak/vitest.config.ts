import { defineConfig } from 'vitest/config';
import tests from '../vitest.config.ts';

const { test, ...rest } = tests;

/** The same surroundings as for `npm test`, with time to spare. */
export default defineConfig({
  ...rest,
  test: { ...test, include: ['tests/soak/**/*.soak.ts'], testTimeout: 0 },
});
