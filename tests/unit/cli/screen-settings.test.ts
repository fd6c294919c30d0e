import { afterEach, beforeEach, expect, it } from 'vitest';
import { screenSettings } from '../../../src/cli/screen-settings.ts';
import type { Session } from '../../../src/cli/session.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

const read = (): ReturnType<typeof screenSettings> => {
  const session = { io: { env: {} }, configSource: () => folder.source() };
  return screenSettings(session as unknown as Session, folder.source().workspace);
};

it('Given settings of the screen, then they are those', async () => {
  folder.write('.agentsrc', 'ui: { keys: { pause: Z }, side_panel_width: 50 }\n');
  const { keys, sideWidth, fault } = await read();
  expect([keys.find(['global'], 'Z')?.action, keys.find(['global'], 'p')]).toEqual(['pause', null]);
  expect([sideWidth, fault]).toEqual([50, null]);
});

it('Given a fault in them, then the defaults hold, and the first fault is told with its place', async () => {
  folder.write('.agentsrc', 'ui:\n  side_panel_width: 50\n  keys: { pause: q }\n');
  const { keys, sideWidth, fault } = await read();
  expect([keys.find(['global'], 'p')?.action, sideWidth]).toEqual(['pause', 38]);
  expect(fault).toMatch(/^settings: .*\.agentsrc:3:18: ui\.keys: "q" is taken by quit .*; :config validate$/);
});

it('Given another failure, then it is thrown', async () => {
  const session = {
    io: { env: {} },
    configSource: () => {
      throw new Error('no folder');
    },
  };
  await expect(screenSettings(session as unknown as Session, '/')).rejects.toThrow('no folder');
});
