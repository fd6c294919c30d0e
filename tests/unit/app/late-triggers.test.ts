import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lateTriggers } from '../../../src/app/late-triggers.ts';
import { FileTriggerSettings } from '../../../src/config/trigger-settings.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import type { TriggerSettings, TriggerStanding } from '../../../src/ports/trigger-settings.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

/** Looks as often as the machine can. */
const clock = {
  sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(1, signal),
};
const yaml = (triggers: string): string => `core:\n  checkpoints:\n    auto_create_on: [${triggers}]\n`;

let folder: ConfigFolder;
const ends: (() => void)[] = [];
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  folder.remove();
});

/** Resolves with what is heard first. */
function heard(settings: TriggerSettings): Promise<TriggerStanding> {
  return new Promise((resolve) => void ends.push(settings.watch(resolve)));
}

it('Given nothing is set, then it stands as the one that reads files says', async () => {
  const source = folder.source();
  const settings = lateTriggers(source, clock);
  expect(await settings.read()).toEqual(await new FileTriggerSettings(source, { clock }).read());
});

it('Given a file that comes and changes, then each is heard', async () => {
  const settings = lateTriggers(folder.source(), clock);
  const first = heard(settings);
  folder.write('package.json', '{"name":"x"}');
  folder.write('.agentsrc', yaml('on_error'));
  expect((await first).autoCreateOn.value).toEqual(['on_error']);
  expect((await settings.read()).autoCreateOn.origin).toBe('.agentsrc:3:5');
  // What stands already isn't told to who comes later: only what changes from then on.
  const told: TriggerStanding[] = [];
  ends.push(settings.watch((standing) => void told.push(standing)));
  for (let lines = 1; told.length === 0; lines += 1) {
    folder.write('.agentsrc', `${'\n'.repeat(lines)}${yaml('on_error')}`);
    await settings.read();
  }
  expect(told[0]?.autoCreateOn.origin).toMatch(/^\.agentsrc:\d+:5$/);
});

it('Given a trigger is turned off where nothing was set, then the file is made, and that is heard', async () => {
  const settings = lateTriggers(folder.source(), clock);
  const first = heard(settings);
  expect((await settings.toggle('on_error')).autoCreateOn.value).not.toContain('on_error');
  expect((await settings.changeInterval('steps', 'more')).intervalSteps.value).toBe(1);
  expect((await first).file).toEqual({ path: join(folder.workspace, '.agentsrc'), exists: true });
  expect(existsSync(join(folder.workspace, '.agentsrc'))).toBe(true);
});

it('Given it ends at once, or places that can not be looked at, then nothing is heard or thrown', async () => {
  lateTriggers(folder.source(), clock).watch(() => expect.unreachable())();
  folder.write('.agentsrc', yaml('on_error'));
  const settings = lateTriggers(folder.source(), clock);
  for (let turns = 0; turns < 12; turns += 1) {
    const end = settings.watch(() => expect.unreachable());
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
    end();
  }
  const home = join(folder.userFolder, 'circle');
  symlinkSync('circle', home);
  const lost = { ...folder.source(), home };
  ends.push(lateTriggers(lost, clock).watch(() => expect.unreachable()));
  await expect(lateTriggers(lost, clock).read()).rejects.toThrow('ELOOP');
});
