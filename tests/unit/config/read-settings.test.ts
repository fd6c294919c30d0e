import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigSource } from '../../../src/config/config-source.ts';
import { DEFAULT_CONFIG } from '../../../src/config/default-config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { readSettings, readSettingsIfSound } from '../../../src/config/read-settings.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

const KEY = 'core.execution.max_parallel';
const SETTINGS = 'core:\n  execution:\n    max_parallel: 7\n';
const MANIFEST = { name: 'x', agents: { core: { execution: { max_parallel: 7 } } } };

const GIVEN: Readonly<Record<string, () => ConfigSource>> = {
  'a flag': () => folder.source({}, { [KEY]: '7' }),
  'a variable': () => folder.source({ AGENTS_CORE_EXECUTION_MAX_PARALLEL: '7' }, {}),
  "the project's file": () => {
    folder.write('.agentsrc', SETTINGS);
    return folder.source({}, {});
  },
  'a part of package.json': () => {
    folder.write('package.json', JSON.stringify(MANIFEST));
    return folder.source({}, {});
  },
  "the user's file": () => {
    folder.write(join(folder.userFolder, 'config.yaml'), SETTINGS);
    return folder.source({}, {});
  },
};

describe('where something is set', () => {
  it.each(Object.keys(GIVEN))('Given %s, then it holds', async (what) => {
    const source = GIVEN[what]?.() as ConfigSource;
    const settings = await readSettings(source);
    expect(settings.core.execution.max_parallel).toBe(7);
    expect(settings).toEqual((await loadConfig(source)).config);
  });

  it.each([
    ['a fault in a file', () => folder.write('.agentsrc', 'core: 1\n')],
    ['a file that is a folder', () => folder.write('.agentsrc/inside', '')],
  ])('Given %s, then it is told, or the defaults hold where that was asked for', async (_what, write) => {
    write();
    await expect(readSettings(folder.source({}, {}))).rejects.toThrow('.agentsrc');
    expect(await readSettingsIfSound(folder.source({}, {}))).toBe(DEFAULT_CONFIG);
  });
});

describe('where nothing is set', () => {
  it('Given nothing at all, then the defaults hold, and nothing else is read', async () => {
    expect(await readSettings(folder.source({ AGENTS_HOME: '/nowhere' }, {}))).toBe(DEFAULT_CONFIG);
    expect(DEFAULT_CONFIG).toEqual((await loadConfig(folder.source({}, {}))).config);
  });

  it('Given a package.json that never says agents, however broken, then it is none of our business', async () => {
    folder.write('package.json', '{ broken');
    expect(await readSettings(folder.source({}, {}))).toBe(DEFAULT_CONFIG);
  });
});

it('Given a home that leads in circles, then that is no matter of settings: it is thrown', async () => {
  const home = join(folder.userFolder, 'circle');
  folder.write(join(folder.userFolder, 'other'), '');
  symlinkSync('circle', home);
  await expect(readSettingsIfSound({ ...folder.source({}, {}), home })).rejects.toThrow('ELOOP');
});
