import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainConfig } from '../../../src/config/explain-config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

it('Given a key at every level, when it is explained, then each level is there with its place, the winner first', async () => {
  const folder = new ConfigFolder();
  try {
    const project = folder.write('.agentsrc', 'ui:\n  glyphs: unicode\n');
    const user = folder.write(join(folder.userFolder, 'config'), '{ui: {glyphs: auto}}');
    const loaded = await loadConfig(folder.source({ AGENTS_UI_GLYPHS: 'ascii' }, { 'ui.glyphs': 'unicode' }));
    expect(explainConfig(loaded, 'ui.glyphs')).toEqual({
      key: 'ui.glyphs',
      origin: 'flag',
      value: 'unicode',
      where: '--set ui.glyphs',
      description: expect.stringMatching(/^The signs/),
      levels: [
        { origin: 'flag', value: 'unicode', where: '--set ui.glyphs' },
        { origin: 'environment', value: 'ascii', where: 'AGENTS_UI_GLYPHS' },
        { origin: 'project', value: 'unicode', where: `${project}:2:3` },
        { origin: 'user', value: 'auto', where: `${user}:1:7` },
        { origin: 'default', value: 'auto', where: null },
      ],
    });
    expect(() => explainConfig(loaded, 'ui.glyph')).toThrow('there is no setting ui.glyph');
  } finally {
    folder.remove();
  }
});
