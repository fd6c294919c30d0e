import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { expect, it } from 'vitest';
import * as defaults from '../../../src/config/default-config.ts';
import * as places from '../../../src/config/project-places.ts';

const PLUGINS = new URL('../../../.bundle-plugins.mjs', import.meta.url).href;

it.each([
  ['default-config.ts', { ...defaults }],
  ['project-places.ts', { ...places }],
])('Given %s, when it is bundled, then its data stands in the bundle, and no library', async (name, data) => {
  const { dataOfBuild } = (await import(PLUGINS)) as { dataOfBuild: Plugin };
  const entry = fileURLToPath(new URL(`../../../src/config/${name}`, import.meta.url));
  const made = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: [dataOfBuild],
    write: false,
    metafile: true,
  });
  expect(Object.keys(made.metafile.inputs)).toHaveLength(1);
  const text = made.outputFiles[0]?.text ?? '';
  expect({ ...((await import(`data:text/javascript,${encodeURIComponent(text)}`)) as object) }).toEqual(data);
});
