import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';

const STORY = fileURLToPath(new URL('../support/screen-story.ts', import.meta.url));
const PLUGINS = new URL('../../.bundle-plugins.mjs', import.meta.url).href;
const BANNER = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

async function play(folder: string, plugins: readonly Plugin[]): Promise<readonly string[]> {
  const file = join(folder, `story-${plugins.length}.mjs`);
  await build({
    entryPoints: [STORY],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    banner: { js: BANNER },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    plugins: [...plugins],
    logLevel: 'error',
  });
  const env = { ...process.env, FORCE_COLOR: '3' };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env, maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as readonly string[];
}

it('Given what the bundle changes in its packages, then every screen of a story is the same, cell by cell', async () => {
  const { withoutDevtools, ...changes } = (await import(PLUGINS)) as Record<string, Plugin>;
  const folder = mkdtempSync(join(tmpdir(), 'agents-bundle-'));
  try {
    const without = await play(folder, [withoutDevtools as Plugin]);
    const changed = await play(folder, [withoutDevtools as Plugin, ...Object.values(changes)]);
    expect(Object.keys(changes)).toHaveLength(6);
    expect(changed.length).toBeGreaterThan(40);
    expect(changed).toEqual(without);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
