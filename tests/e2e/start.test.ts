import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const AGENTS = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));
const MOST_FILES = 5;

/** What only other commands need, by a name that stays in the minified bundle. */
const HEAVY = { orm: 'MikroORM', zod: 'ZodError', yaml: 'YAMLParseError', ink: 'react.element' } as const;

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** The files of ours that a command loads, and what it says. */
function run(args: readonly string[]): { readonly files: readonly string[]; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'agents-start-'));
  try {
    const home = { HOME: folder, AGENTS_HOME: join(folder, 'home'), AGENTS_CONFIG_HOME: folder };
    const env = { ...process.env, ...home, NODE_V8_COVERAGE: join(folder, 'coverage') };
    // Twice: the first one makes the database.
    const answers = [1, 2].map(() => {
      rmSync(env.NODE_V8_COVERAGE, { recursive: true, force: true });
      return execFileSync(process.execPath, [AGENTS, ...args], { cwd: folder, env, encoding: 'utf8' });
    });
    const files = readdirSync(env.NODE_V8_COVERAGE).flatMap((name) => {
      const text = readFileSync(join(env.NODE_V8_COVERAGE, name), 'utf8');
      return (JSON.parse(text) as Coverage).result.map(({ url }) => url);
    });
    return { files: files.filter((url) => url.startsWith('file:')), said: answers[1] as string };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it.each(['--version', '--help'])('Given agents %s, then it answers without loading the program', (option) => {
  const { files, said } = run([option]);
  expect(said).not.toBe('');
  expect(files.length).toBeGreaterThan(0);
  expect(files.length).toBeLessThanOrEqual(MOST_FILES);
});

it('Given agents plan list where nothing is set, then it loads neither ORM, screen nor what reads settings', () => {
  const { files } = run(['plan', 'list', '--json']);
  const loaded = files.map((url) => readFileSync(fileURLToPath(url), 'utf8'));
  expect(files.some((url) => url.includes('better-sqlite3'))).toBe(true);
  expect(Object.values(HEAVY).filter((name) => loaded.some((text) => text.includes(name)))).toEqual([]);
  // The names are those of the bundle, or this would always hold.
  const all = readdirSync(new URL('../../dist/', import.meta.url)).map((name) =>
    readFileSync(new URL(`../../dist/${name}`, import.meta.url), 'utf8'),
  );
  expect(Object.values(HEAVY).filter((name) => !all.some((text) => text.includes(name)))).toEqual([]);
});
