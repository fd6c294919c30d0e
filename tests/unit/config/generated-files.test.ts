import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GENERATED_FILES } from '../../support/generated-files.ts';

it.each(GENERATED_FILES)(
  '$path is what the code makes it (else: npm run generate)',
  async ({ path, render }) => {
    expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).toBe(await render());
  },
);
