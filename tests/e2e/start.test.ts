import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const AGENTS = fileURLToPath(new URL('../../dist/agents.js', import.meta.url));
const MOST_FILES = 5;

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

it.each(['--version', '--help'])('Given agents %s, then it answers without loading the program', (option) => {
  const folder = mkdtempSync(join(tmpdir(), 'agents-start-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: folder };
    expect(execFileSync(process.execPath, [AGENTS, option], { env, encoding: 'utf8' })).not.toBe('');
    const files = readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage;
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    });
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
