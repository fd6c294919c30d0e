import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the rows of a page's tables of promises name behind the promise. */
function namesIn(page: string): readonly string[] {
  const text = readFileSync(`${root}${page}`, 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('`tests/'));
  return rows.flatMap((row) => {
    const proofs = row.split(' | ').slice(1).join(' ');
    return [...proofs.matchAll(/`((?:npm run soak -- )?[\w*./ -]+)`/g)].map(([, name]) => name as string);
  });
}

function isThere(name: string): boolean {
  const short = name.replace('npm run soak -- ', '');
  const pattern = short.startsWith('tests/') ? `${short}{,.ts}` : `tests/**/${short}.{test,soak}.ts`;
  return globSync(pattern, { cwd: root }).length > 0;
}

// A promise without a test isn't made: so a test that gets another name takes its promise along.
it.each(['docs/reliability.md', 'docs/security.md'])(
  'Given the promises of %s, then each test they name is there',
  (page) => {
    const names = namesIn(page);
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !isThere(name))).toEqual([]);
  },
);
