import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigSource } from '../../../src/config/config-source.ts';
import { FileTriggerSettings } from '../../../src/config/trigger-settings.ts';
import { AUTO_TRIGGERS, type AutoTrigger } from '../../../src/domain/checkpoint.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import type { TriggerStanding } from '../../../src/ports/trigger-settings.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
const ends: (() => void)[] = [];
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  folder.remove();
});

const open = (source: ConfigSource = folder.source()): FileTriggerSettings =>
  new FileTriggerSettings(source, { clock: systemClock, pollMs: 5 });

/** What is heard, one after the other. */
function listen(settings: FileTriggerSettings): { next(): Promise<TriggerStanding> } {
  const heard: TriggerStanding[] = [];
  let wake = (): void => {};
  ends.push(
    settings.watch((standing) => {
      heard.push(standing);
      wake();
    }),
  );
  return {
    next: async () => {
      while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return heard.shift() as TriggerStanding;
    },
  };
}

const yaml = (triggers: string): string => `core:\n  checkpoints:\n    auto_create_on: [${triggers}]\n`;

describe('read', () => {
  it('Given no files, then the defaults hold and a change would make a file', async () => {
    const none = { origin: 'default', overrides: false };
    expect(await open().read()).toEqual({
      autoCreateOn: { value: AUTO_TRIGGERS, ...none },
      intervalSeconds: { value: null, ...none },
      intervalSteps: { value: null, ...none },
      onFailure: { value: 'stop', ...none },
      file: { path: join(folder.workspace, '.agentsrc'), exists: false },
      fault: null,
    });
  });

  it('Given every level, then each value says where it comes from and whether a file can change it', async () => {
    const user = folder.write(
      join(folder.userFolder, 'config'),
      'core: { checkpoints: { interval: { steps: 7 } } }\n',
    );
    const above = folder.write(
      join(folder.home, 'code', '.agentsrc.yml'),
      'core:\n  checkpoints:\n    on_failure: warn\n',
    );
    const settings = open(
      folder.source(
        { AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON: 'on_error' },
        { 'core.checkpoints.interval.seconds': '30' },
      ),
    );
    expect(await settings.read()).toMatchObject({
      autoCreateOn: {
        value: ['on_error'],
        origin: 'environment AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON',
        overrides: true,
      },
      intervalSeconds: { value: 30, origin: '--set core.checkpoints.interval.seconds', overrides: true },
      intervalSteps: { value: 7, origin: `user ${user}:1:36`, overrides: false },
      onFailure: { value: 'warn', origin: '../.agentsrc.yml:3:5', overrides: false },
      file: { path: above, exists: true },
    });
  });

  it('Given a faulty file from the start, then the defaults stand beside its place', async () => {
    const path = folder.write('.agentsrc', 'core:\n  checkpoint: {}\nui: 1\n');
    const { autoCreateOn, file, fault } = await open().read();
    expect(autoCreateOn).toEqual({ value: AUTO_TRIGGERS, origin: 'default', overrides: false });
    expect(file).toEqual({ path, exists: true });
    expect(fault).toMatchObject({ code: 'invalid_config' });
    expect(fault?.message).toMatch(/^2 faults/);
    expect(fault?.message).toContain(`${path}:2:3: unknown key core.checkpoint`);
    expect(fault?.message).toContain(`${path}:3:5: ui: expected a map`);
  });
});

describe('watch', () => {
  it('Given a file that appears, changes, becomes faulty, is mended and vanishes, then each is told once', async () => {
    const settings = open();
    const first = await settings.read();
    const told = listen(settings);
    const path = folder.write('.agentsrc', yaml('on_error'));
    expect(await told.next()).toMatchObject({
      autoCreateOn: { value: ['on_error'], origin: '.agentsrc:3:5' },
      file: { path, exists: true },
    });
    folder.write('.agentsrc', `# mine\n${yaml('')}`);
    const empty = await told.next();
    expect(empty.autoCreateOn).toMatchObject({ value: [], origin: '.agentsrc:4:5' });
    folder.write('.agentsrc', `# mine\n${yaml('on_eror')}`);
    const faulty = await told.next();
    expect(faulty).toMatchObject({
      autoCreateOn: empty.autoCreateOn,
      fault: {
        message: `${path}:4:22: core.checkpoints.auto_create_on: "on_eror" is not legal`,
        hint: expect.stringMatching(/^did you mean on_error\?/),
      },
    });
    folder.write('.agentsrc', `# mine\n${yaml('')}`);
    expect(await told.next()).toEqual(empty);
    rmSync(path);
    expect(await told.next()).toEqual(first);
  });

  it('Given another form of a file, a folder above or the user, then each is seen, the stronger one wins', async () => {
    const settings = open();
    await settings.read();
    const told = listen(settings);
    const user = folder.write(join(folder.userFolder, 'config.yaml'), yaml('on_tool_write'));
    expect((await told.next()).autoCreateOn.origin).toBe(`user ${user}:3:5`);
    folder.write(
      join(folder.home, 'code', '.agentsrc.json'),
      '{"core":{"checkpoints":{"auto_create_on":[]}}}',
    );
    expect((await told.next()).autoCreateOn.origin).toBe('../.agentsrc.json:1:25');
    const path = folder.write('.agentsrc', yaml('on_error'));
    expect((await told.next()).autoCreateOn.origin).toBe('.agentsrc:3:5');
    folder.write(
      'package.json',
      '{ "name": "x", "agents": { "core": { "checkpoints": { "on_failure": "warn" } } } }',
    );
    expect(await told.next()).toMatchObject({
      onFailure: { value: 'warn', origin: 'package.json:1:55' },
      autoCreateOn: { origin: `user ${user}:3:5` },
      file: { path: join(folder.workspace, 'package.json') },
    });
    folder.write('package.json', '{ "name": "x" }');
    expect((await told.next()).file.path).toBe(path);
  });

  it('Given a change between reading and watching, then it is told', async () => {
    const settings = open();
    await settings.read();
    folder.write('.agentsrc', yaml('on_error'));
    expect((await listen(settings).next()).autoCreateOn.value).toEqual(['on_error']);
  });

  it('Given an edit that changes nothing here, then nothing is told', async () => {
    const path = folder.write('.agentsrc', yaml('on_error'));
    const settings = open();
    await settings.read();
    const told = listen(settings);
    folder.write('.agentsrc', `${yaml('on_error')}ui: { glyphs: ascii }\n`);
    await settings.read();
    folder.write(path, yaml(''));
    expect((await told.next()).autoCreateOn.value).toEqual([]);
  });

  it('Given stamps that did not change, then no file is read', async () => {
    const path = folder.write('.agentsrc', yaml('on_error'));
    utimesSync(path, 1000, 1000);
    let looks = 0;
    let wake = (): void => {};
    const seen = new Promise<void>((resolve) => (wake = resolve));
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      looks += 1;
      if (looks === 5) wake();
      await systemClock.sleep(ms, signal);
    };
    const settings = new FileTriggerSettings(folder.source(), { clock: { sleep }, pollMs: 1 });
    const { autoCreateOn } = await settings.read();
    const heard: TriggerStanding[] = [];
    writeFileSync(path, yaml('on_eroor'));
    utimesSync(path, 1000, 1000);
    ends.push(settings.watch((standing) => heard.push(standing)));
    await seen;
    expect(heard).toEqual([]);
    expect(autoCreateOn.value).toEqual(['on_error']);
  });

  it('Given nothing was read before, then watching alone finds changes, and ends when it is ended', async () => {
    const settings = open();
    const told = listen(settings);
    await settings.read();
    folder.write('.agentsrc', yaml('on_error'));
    await told.next();
    const heard: TriggerStanding[] = [];
    settings.watch((standing) => heard.push(standing))();
    folder.write('.agentsrc', yaml(''));
    await told.next();
    expect(heard).toEqual([]);
  });
});

describe('toggle', () => {
  const LINES = `# ours
core: # the core
  checkpoints:
    # when
    auto_create_on:
      - on_error # first, because it matters
      # not yet: on_subplan_spawn
      - before_tool_execute # an old name
    on_failure:   "warn"
`;
  const BRACKETS = `core:
  checkpoints:
    auto_create_on: [
      on_tool_write, # before
      on_error # at the end
    ] # both
`;
  const PACKAGE = `{
\t"name": "x",
\t"agents": { "core": { "checkpoints": {
\t\t"auto_create_on": [
\t\t\t"on_tool_write",
\t\t\t"on_error"
\t\t]
\t} } }
}
`;

  it.each<{
    readonly name: string;
    readonly before: string;
    readonly trigger: AutoTrigger;
    readonly after: string;
    readonly file?: string;
  }>([
    {
      name: 'off, one of two in lines',
      before: LINES,
      trigger: 'on_error',
      after: LINES.replace('- on_error #', '#'),
    },
    {
      name: 'off by another name',
      before: LINES,
      trigger: 'on_tool_write',
      after: LINES.replace('- before_tool_execute #', '#'),
    },
    {
      name: 'off, a line without a comment',
      before: 'core:\n  checkpoints:\n    auto_create_on:\n    - on_tool_write\n    - on_error\n',
      trigger: 'on_tool_write',
      after: 'core:\n  checkpoints:\n    auto_create_on:\n    - on_error\n',
    },
    {
      name: 'on, before the others in lines',
      before: 'core:\n  checkpoints:\n    auto_create_on:\n    - on_error\n',
      trigger: 'on_tool_write',
      after: 'core:\n  checkpoints:\n    auto_create_on:\n    - on_tool_write\n    - on_error\n',
    },
    {
      name: 'on, behind the others in lines without an end',
      before: 'core:\n  checkpoints:\n    auto_create_on:\n      - on_tool_write # w',
      trigger: 'on_error',
      after:
        'core:\n  checkpoints:\n    auto_create_on:\n      - on_tool_write # w\n      - on_error\n'.trimEnd(),
    },
    {
      name: 'off, the last in lines',
      before: 'core:\n  checkpoints:\n    auto_create_on: # when\n      # only this\n      - on_error\n',
      trigger: 'on_error',
      after: 'core:\n  checkpoints:\n    auto_create_on: [] # when\n      # only this\n',
    },
    {
      name: 'off in brackets',
      before: yaml('on_tool_write, on_error'),
      trigger: 'on_tool_write',
      after: yaml('on_error'),
    },
    {
      name: 'off, the last in brackets',
      before: yaml('on_tool_write, on_error,'),
      trigger: 'on_error',
      after: yaml('on_tool_write,'),
    },
    { name: 'off, the only one', before: yaml('on_error'), trigger: 'on_error', after: yaml('') },
    { name: 'on, the first', before: yaml(''), trigger: 'on_error', after: yaml('on_error') },
    {
      name: 'on in brackets, between others in their own order',
      before: yaml('on_error, on_tool_write'),
      trigger: 'on_subplan_spawn',
      after: yaml('on_subplan_spawn, on_error, on_tool_write'),
    },
    {
      name: 'on in brackets, at the end',
      before: yaml('on_tool_write,on_subplan_spawn'),
      trigger: 'on_error',
      after: yaml('on_tool_write,on_subplan_spawn, on_error'),
    },
    {
      name: 'off in brackets over lines',
      before: BRACKETS,
      trigger: 'on_error',
      after: BRACKETS.replace('on_error #', ' #'),
    },
    {
      name: 'off with its comma in brackets over lines',
      before: BRACKETS,
      trigger: 'on_tool_write',
      after: BRACKETS.replace('on_tool_write, #', ' #'),
    },
    {
      name: 'on between two lines in brackets',
      before: BRACKETS,
      trigger: 'on_subplan_spawn',
      after: BRACKETS.replace('# before\n', '# before\n      on_subplan_spawn,\n'),
    },
    {
      name: 'on behind the last line in brackets',
      before: BRACKETS.replace('on_error # at', 'on_subplan_spawn # at'),
      trigger: 'on_error',
      after: BRACKETS.replace('on_error # at the end', 'on_subplan_spawn, # at the end\n      on_error'),
    },
    {
      name: 'off in JSON over lines',
      file: 'package.json',
      before: PACKAGE,
      trigger: 'on_error',
      after: PACKAGE.replace(',\n\t\t\t"on_error"', ''),
    },
    {
      name: 'on in JSON over lines',
      file: 'package.json',
      before: PACKAGE,
      trigger: 'on_tool_write_complete',
      after: PACKAGE.replace('write",\n', 'write",\n\t\t\t"on_tool_write_complete",\n'),
    },
    {
      name: 'on in JSON on one line',
      file: '.agentsrc.json',
      before: '{"core":{"checkpoints":{"auto_create_on":["on_error"]}}}',
      trigger: 'on_tool_write',
      after: '{"core":{"checkpoints":{"auto_create_on":["on_tool_write", "on_error"]}}}',
    },
    {
      name: 'off where the file does not say: the default without it',
      before: 'ui: {}\n',
      trigger: 'on_subplan_spawn',
      after:
        'ui: {}\ncore:\n  checkpoints:\n    auto_create_on: [on_tool_write, on_tool_write_complete, on_error]\n',
    },
    {
      name: 'off a name that is there twice',
      before: yaml('on_error, on_tool_write, on_error'),
      trigger: 'on_error',
      after: yaml('on_tool_write'),
    },
    {
      name: 'off in lines where a dash stands alone',
      before:
        'core:\n  checkpoints:\n    auto_create_on:\n      -\n        on_tool_write\n      - on_error\n',
      trigger: 'on_error',
      after: 'core:\n  checkpoints:\n    auto_create_on:\n      - on_tool_write\n',
    },
  ])('Given $name, when $trigger is toggled, then only that changes', async (edit) => {
    const { file = '.agentsrc', before, trigger, after } = edit;
    const path = folder.write(file, before);
    const settings = open();
    const wasOn = (await settings.read()).autoCreateOn.value.includes(trigger);
    const standing = await settings.toggle(trigger);
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect(standing.autoCreateOn.value.includes(trigger)).toBe(!wasOn);
    expect(readdirSync(folder.workspace)).toEqual([file]);
  });

  it.each([
    ['in lines', LINES],
    ['in brackets over lines', BRACKETS],
  ])('Given CRLF %s, when a trigger goes on and off, then every line end stays', async (_, text) => {
    const before = text.replaceAll('\n', '\r\n');
    const path = folder.write('.agentsrc', before);
    await open().toggle('on_tool_write_complete');
    const between = readFileSync(path, 'utf8');
    expect(between.split('\n').length).toBe(before.split('\n').length + 1);
    expect(between.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    await open().toggle('on_tool_write_complete');
    expect(readFileSync(path, 'utf8').replaceAll(/\r\n +(?=\r\n)/g, '')).toBe(before);
  });

  it('Given no file, when a trigger is toggled, then the workspace gets a .agentsrc and watchers hear of it', async () => {
    const settings = open();
    await settings.read();
    const told = listen(settings);
    const standing = await settings.toggle('on_error');
    const path = join(folder.workspace, '.agentsrc');
    expect(readFileSync(path, 'utf8')).toBe(yaml('on_tool_write, on_tool_write_complete, on_subplan_spawn'));
    expect(standing).toMatchObject({
      file: { path, exists: true },
      autoCreateOn: { origin: '.agentsrc:3:5' },
    });
    expect(await told.next()).toEqual(standing);
  });

  it.each([
    [
      'variable',
      { AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON: 'on_error' },
      {},
      'the environment variable AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON decides which triggers are on',
      'unset AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON, then start again',
    ],
    [
      'flag',
      {},
      { 'core.checkpoints.auto_create_on': '' },
      'the flag --set core.checkpoints.auto_create_on decides which triggers are on',
      'start again without --set core.checkpoints.auto_create_on',
    ],
  ])(
    'Given a %s that decides, then a toggle is refused and says what to do',
    async (_, env, flags, message, step) => {
      const path = folder.write('.agentsrc', yaml('on_error'));
      await expect(
        open(folder.source(env as Record<string, string>, flags as Record<string, string>)).toggle(
          'on_error',
        ),
      ).rejects.toMatchObject({
        code: 'setting_overridden',
        exitCode: 3,
        message,
        nextSteps: [step],
      });
      expect(readFileSync(path, 'utf8')).toBe(yaml('on_error'));
      expect(readdirSync(folder.workspace)).toEqual(['.agentsrc']);
    },
  );

  it.each([
    ['cannot be taken apart', 'core: [\n', /:2:1: /],
    ['is faulty elsewhere', `${yaml('on_error')}cor: 1\n`, /:4:1: unknown key cor$/],
    ['holds an illegal trigger', yaml('on_eror'), /:3:22: .*"on_eror" is not legal$/],
  ])('Given a file that %s, then a toggle is refused with the place', async (_, text, message) => {
    const path = folder.write('.agentsrc', text);
    await expect(open().toggle('on_error')).rejects.toMatchObject({
      code: 'invalid_config',
      message: expect.stringMatching(message),
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('Given a workspace that is gone, then a toggle says that it could not write', async () => {
    rmSync(folder.workspace, { recursive: true });
    await expect(open().toggle('on_error')).rejects.toMatchObject({ code: 'config_not_written' });
  });

  it('Given an edit from outside since the last reading, when a trigger is toggled, then the edit stays', async () => {
    const settings = open();
    folder.write('.agentsrc', yaml('on_tool_write'));
    await settings.read();
    const path = folder.write('.agentsrc', `ui: { glyphs: ascii }\n${yaml('on_error')}`);
    await settings.toggle('on_tool_write');
    expect(readFileSync(path, 'utf8')).toBe(`ui: { glyphs: ascii }\n${yaml('on_tool_write, on_error')}`);
  });

  it('Given three toggles at once, then they are done one after the other', async () => {
    const path = folder.write('.agentsrc', yaml(''));
    const settings = open();
    await Promise.all([
      settings.toggle('on_error'),
      settings.toggle('on_tool_write'),
      settings.toggle('on_error'),
    ]);
    expect(readFileSync(path, 'utf8')).toBe(yaml('on_tool_write'));
  });

  it('Given two processes that toggle at the same time, then neither loses what the other wrote', async () => {
    const path = folder.write('.agentsrc', yaml(''));
    const program = fileURLToPath(new URL('../../support/toggle-program.ts', import.meta.url));
    const { workspace, home, userFolder } = folder;
    const run = promisify(execFile);
    const toggleOften = (trigger: AutoTrigger): Promise<unknown> =>
      run(process.execPath, [program, workspace, home, userFolder, trigger, '31']);
    await Promise.all([toggleOften('on_tool_write'), toggleOften('on_error')]);
    expect(readFileSync(path, 'utf8')).toBe(yaml('on_tool_write, on_error'));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('Given a lock that a killed process left behind, then a toggle takes it over after a while', async () => {
    const path = folder.write('.agentsrc', yaml(''));
    folder.write('.agentsrc.lock', '');
    await open().toggle('on_error');
    expect(readFileSync(path, 'utf8')).toBe(yaml('on_error'));
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('Given a private file, then a toggle keeps its mode', async () => {
    const path = folder.write('.agentsrc', yaml(''));
    chmodSync(path, 0o600);
    await open().toggle('on_error');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('changeInterval', () => {
  const text = `# ours
core: # the core
  checkpoints:
    interval:
      steps: 7 # a week
      # in seconds:
      seconds:   60 # a minute
    on_failure: warn
`;

  it.each([
    ['seconds', 'more', 120, text.replace('60', '120')],
    ['seconds', 'switch', null, text.replace('60', 'null')],
    ['steps', 'less', 5, text.replace('7', '5')],
  ] as const)('%s %s: only that value is another one', async (unit, change, value, after) => {
    const path = folder.write('.agentsrc', text);
    const standing = await open().changeInterval(unit, change);
    expect(readFileSync(path, 'utf8')).toBe(after);
    expect(standing[unit === 'seconds' ? 'intervalSeconds' : 'intervalSteps']).toMatchObject({ value });
  });

  it('Given no file, then it is made; given one change after the other, then each counts', async () => {
    const settings = open();
    await Promise.all([
      settings.changeInterval('seconds', 'more'),
      settings.changeInterval('seconds', 'more'),
    ]);
    expect(await settings.changeInterval('steps', 'switch')).toMatchObject({
      intervalSeconds: { value: 30, origin: '.agentsrc:4:7' },
      intervalSteps: { value: 10 },
    });
  });

  it('Given something stronger decides, then nothing is written', async () => {
    const path = folder.write('.agentsrc', text);
    const settings = open(folder.source({ AGENTS_CORE_CHECKPOINTS_INTERVAL_STEPS: '3' }));
    await expect(settings.changeInterval('steps', 'more')).rejects.toMatchObject({
      code: 'setting_overridden',
      message:
        'the environment variable AGENTS_CORE_CHECKPOINTS_INTERVAL_STEPS decides the interval in steps',
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
