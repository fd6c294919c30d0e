import { renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTO_TRIGGERS } from '../../../src/domain/checkpoint.ts';
import { FileLiveSettings } from '../../../src/config/live-settings.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { ConfigSource } from '../../../src/config/config-source.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

const KEY = 'core.checkpoints.auto_create_on';

function triggersYaml(triggers: string): string {
  return `core:\n  checkpoints:\n    auto_create_on: [${triggers}]\n`;
}

async function open(source: ConfigSource = folder.source()): Promise<FileLiveSettings> {
  return new FileLiveSettings(source, await loadConfig(source));
}

/** What a refresh says when the triggers go from one list to another. */
function changed(before: readonly string[], after: readonly string[]): unknown {
  return { changes: [{ key: KEY, before, after }], error: null };
}

describe('live settings', () => {
  it('Given the keys of checkpoints, then they are as the services know them', async () => {
    folder.write(
      '.agentsrc',
      'core: { checkpoints: { auto_create_on: [], interval: { seconds: 5, steps: 6 }, on_failure: warn, ' +
        'files: false, exclude: [deps], limits: { file: 1.5KiB, checkpoint: 2MiB, git: 3 B, store: 1TiB, free_disk: 0B }, ' +
        'retention: { max_per_plan: null, max_age: 2d, max_bytes: 3KiB } } }',
    );
    folder.write('.agentsignore', '*.iso\n');
    const settings = await open();
    const interval = { intervalSeconds: 5, intervalSteps: 6 };
    const limits = { file: 1536, checkpoint: 2 * 1024 ** 2, git: 3, store: 1024 ** 4, freeDisk: 0 };
    const files = { files: false, exclude: ['deps'], ignore: '*.iso\n', limits, watch: true };
    const retention = { maxPerPlan: null, maxAgeMs: 172_800_000, maxBytes: 3072 };
    expect(settings.checkpoints()).toEqual({
      autoCreateOn: [],
      onFailure: 'warn',
      ...interval,
      ...files,
      retention,
    });
    expect(settings.config.core.checkpoints.on_failure).toBe('warn');
  });

  it('Given nothing happened, then nothing is said and nothing is read again', async () => {
    folder.write('.agentsrc', triggersYaml(''));
    const settings = await open();
    const before = settings.config;
    expect(await settings.refresh()).toBeNull();
    expect(settings.config).toBe(before);
  });

  it('Given an edit of .agentsignore in a write window, then it is told and not taken until a person says so', async () => {
    folder.write('.agentsignore', 'kept\n');
    const settings = await open();
    folder.write('.agentsignore', '*\n');
    const change = { key: '.agentsignore', before: 'kept\n', after: '*\n' };
    expect(await settings.refuseChanges('w')).toMatchObject({
      changes: [change],
      error: { message: 'step w changed .agentsignore while it wrote: not taken' },
    });
    expect(settings.checkpoints().ignore).toBe('kept\n');
    expect(await settings.takeRefused()).toEqual({ changes: [change], error: null });
    expect(settings.checkpoints().ignore).toBe('*\n');
  });

  it('Given an edit, when it is refreshed, then each changed key is told once', async () => {
    const path = folder.write('.agentsrc', triggersYaml('on_tool_write'));
    const settings = await open();
    folder.write(path, `${triggersYaml('on_error')}    interval: { steps: 3 }\nui: { glyphs: ascii }\n`);
    expect(await settings.refresh()).toEqual({
      changes: [
        { key: KEY, before: ['on_tool_write'], after: ['on_error'] },
        { key: 'core.checkpoints.interval.steps', before: null, after: 3 },
        { key: 'ui.glyphs', before: 'auto', after: 'ascii' },
      ],
      error: null,
    });
    expect(await settings.refresh()).toBeNull();
    expect(settings.checkpoints()).toMatchObject({ autoCreateOn: ['on_error'], intervalSteps: 3 });
  });

  it('Given an edit between loading and the first refresh, then it is seen', async () => {
    const path = folder.write('.agentsrc', triggersYaml('on_tool_write'));
    const source = folder.source();
    const loaded = await loadConfig(source);
    folder.write(path, triggersYaml(''));
    const settings = new FileLiveSettings(source, loaded);
    expect(await settings.refresh()).toEqual(changed(['on_tool_write'], []));
  });

  it('Given no file, when one appears in the workspace, goes up, and is gone, then each is seen', async () => {
    const settings = await open();
    const path = folder.write('.agentsrc', triggersYaml('on_error'));
    expect(await settings.refresh()).toEqual(changed(AUTO_TRIGGERS, ['on_error']));
    const above = folder.write(join(folder.home, 'code', '.agentsrc.yaml'), triggersYaml('on_tool_write'));
    expect(await settings.refresh()).toBeNull();
    rmSync(path);
    expect(await settings.refresh()).toEqual(changed(['on_error'], ['on_tool_write']));
    rmSync(above);
    expect(await settings.refresh()).toEqual(changed(['on_tool_write'], AUTO_TRIGGERS));
  });

  it.each(['package.json', '.agentsrc', '.agentsrc.json'])(
    'Given a .agentsrc.yaml, when %s appears beside it, then that one counts',
    async (name) => {
      folder.write('.agentsrc.yaml', triggersYaml(''));
      const settings = await open();
      const inner = '{"core": {"checkpoints": {"auto_create_on": ["on_error"]}}}';
      folder.write(name, name === 'package.json' ? `{"agents": ${inner}}` : inner);
      expect(await settings.refresh()).toEqual(changed([], ['on_error']));
    },
  );

  it('Given a file of the user that appears, then it holds', async () => {
    const settings = await open();
    folder.write(join(folder.userFolder, 'config.yml'), triggersYaml('on_error'));
    expect(await settings.refresh()).toEqual(changed(AUTO_TRIGGERS, ['on_error']));
  });

  it('Given a variable that sets the key, when the file changes, then nothing does', async () => {
    const path = folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open(folder.source({ AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON: '' }));
    folder.write(path, triggersYaml('on_tool_write'));
    expect(await settings.refresh()).toBeNull();
    expect(settings.checkpoints().autoCreateOn).toEqual([]);
  });

  it('Given an edit that is faulty, then the old values stay, each fault is told once, and the mended file holds', async () => {
    const path = folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    folder.write(path, triggersYaml('on_tool_wrote'));
    expect(await settings.refresh()).toEqual({
      changes: [],
      error: {
        code: 'invalid_config',
        message: `${path}:3:22: ${KEY}: "on_tool_wrote" is not legal`,
        hint: expect.stringMatching(/^did you mean on_tool_write\?/),
      },
    });
    expect(await settings.refresh()).toBeNull();
    expect(settings.checkpoints().autoCreateOn).toEqual(['on_error']);
    folder.write(path, 'core: [');
    expect(await settings.refresh()).toMatchObject({
      error: { message: expect.stringMatching(/^.*\.agentsrc:1:8: /) },
    });
    folder.write(path, triggersYaml('on_error,on_tool_write'));
    expect(await settings.refresh()).toEqual(changed(['on_error'], ['on_tool_write', 'on_error']));
  });

  it('Given a faulty edit that is taken back, then nothing changed', async () => {
    const path = folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    folder.write(path, 'cor: 1');
    expect(await settings.refresh()).toMatchObject({ error: { code: 'invalid_config' } });
    folder.write(path, triggersYaml('on_error'));
    expect(await settings.refresh()).toBeNull();
  });

  it('Given a file that is replaced by one of the same size and time, then it is seen', async () => {
    const path = folder.write('.agentsrc', 'core: { checkpoints: { on_failure: stop } }');
    const other = folder.write('other', 'core: { checkpoints: { on_failure: warn } }');
    for (const file of [path, other]) utimesSync(file, 1, 1);
    const settings = await open();
    renameSync(other, path);
    expect(await settings.refresh()).toMatchObject({ changes: [{ before: 'stop', after: 'warn' }] });
  });

  it('Given a file that is written again as it was, then nothing changed', async () => {
    const path = folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    folder.write(path, `# said again\n${triggersYaml('on_error')}`);
    expect(await settings.refresh()).toBeNull();
  });

  it('Given refreshes at the same time, then a change is told to one of them, and all see it', async () => {
    const path = folder.write('.agentsrc', triggersYaml(''));
    const settings = await open();
    folder.write(path, triggersYaml('on_error'));
    const told = await Promise.all([settings.refresh(), settings.refresh(), settings.refresh()]);
    expect(told).toEqual([changed([], ['on_error']), null, null]);
  });

  it('Given a step changed the file while it wrote, then it is told, not taken, and the next edit is', async () => {
    folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    expect(await settings.refuseChanges('sly')).toBeNull();
    folder.write('.agentsrc', triggersYaml('on_tool_write'));
    expect(await settings.refuseChanges('sly')).toEqual({
      changes: [{ key: KEY, before: ['on_error'], after: ['on_tool_write'] }],
      error: {
        code: 'config_changed_by_step',
        message: `step sly changed ${KEY} while it wrote: not taken`,
        hint: 'agents plan approve PLAN takes it, agents plan deny PLAN leaves it',
      },
    });
    expect(await settings.refresh()).toBeNull();
    expect(settings.checkpoints().autoCreateOn).toEqual(['on_error']);
    folder.write('.agentsrc', `${triggersYaml('on_tool_write')}\n# saved again\n`);
    expect(await settings.refresh()).toEqual(changed(['on_error'], ['on_tool_write']));
  });

  it('Given a step made the file invalid while it wrote, then that is told', async () => {
    folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    folder.write('.agentsrc', 'core: [');
    expect((await settings.refuseChanges('sly'))?.error?.message).toContain('invalid');
    expect(settings.checkpoints().autoCreateOn).toEqual(['on_error']);
  });

  it('Given a refused change, when a person takes it, then it holds; a second word has nothing to be about', async () => {
    folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    expect(await settings.takeRefused()).toBeNull();
    expect(settings.leaveRefused()).toBe(false);
    folder.write('.agentsrc', triggersYaml('on_tool_write'));
    await settings.refuseChanges('sly');
    expect(await settings.takeRefused()).toEqual(changed(['on_error'], ['on_tool_write']));
    expect(settings.checkpoints().autoCreateOn).toEqual(['on_tool_write']);
    expect(await settings.takeRefused()).toBeNull();
  });

  it('Given a refused change, when a person leaves it, then it is settled; when it was undone in the file, taking it changes nothing', async () => {
    folder.write('.agentsrc', triggersYaml('on_error'));
    const settings = await open();
    folder.write('.agentsrc', triggersYaml(''));
    await settings.refuseChanges('sly');
    expect(settings.leaveRefused()).toBe(true);
    expect(await settings.takeRefused()).toBeNull();
    folder.write('.agentsrc', '# nothing\n');
    await settings.refuseChanges('sly');
    folder.write('.agentsrc', triggersYaml('on_error'));
    expect(await settings.takeRefused()).toEqual({ changes: [], error: null });
  });
});
