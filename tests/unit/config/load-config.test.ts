import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTO_TRIGGERS } from '../../../src/domain/checkpoint.ts';
import { CONFIG_KEYS } from '../../../src/config/config-keys.ts';
import { describeOrigin, type ConfigLevel, type ConfigSource } from '../../../src/config/config-source.ts';
import { userConfigFolder } from '../../../src/config/config-places.ts';
import { PROJECT_PLACES } from '../../../src/config/project-places.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

const PARALLEL = 'core.execution.max_parallel';

function parallelYaml(value: number): string {
  return `core:\n  execution:\n    max_parallel: ${value}\n`;
}

async function parallelOf(source: ConfigSource): Promise<number> {
  return (await loadConfig(source)).config.core.execution.max_parallel;
}

describe('levels', () => {
  const GIVEN = ['flag', 'environment', 'project', 'user'] as const;
  const VALUES: Readonly<Record<ConfigLevel, number>> = {
    flag: 11,
    environment: 12,
    project: 13,
    user: 14,
    default: 4,
  };

  function give(levels: readonly string[]): ConfigSource {
    if (levels.includes('project')) folder.write('.agentsrc', parallelYaml(VALUES.project));
    if (levels.includes('user'))
      folder.write(join(folder.userFolder, 'config.yaml'), parallelYaml(VALUES.user));
    const env = levels.includes('environment') ? { AGENTS_CORE_EXECUTION_MAX_PARALLEL: '12' } : {};
    return folder.source(env, levels.includes('flag') ? { [PARALLEL]: '11' } : {});
  }

  const subsets = Array.from({ length: 16 }, (_, bits) =>
    GIVEN.filter((_level, index) => bits & (1 << index)),
  );

  it.each(subsets.map((levels) => ({ levels, name: levels.join(', ') || 'nothing' })))(
    'Given $name, when it is loaded, then the highest level wins and the others are kept in order',
    async ({ levels }) => {
      const loaded = await loadConfig(give(levels));
      const expected: readonly ConfigLevel[] = [...levels, 'default'];
      expect(loaded.config.core.execution.max_parallel).toBe(VALUES[expected[0] as ConfigLevel]);
      expect(loaded.origins[PARALLEL]?.level).toBe(expected[0]);
      const found = loaded.levels[PARALLEL]?.map(({ origin, value }) => [origin.level, value]);
      expect(found).toEqual(expected.map((level) => [level, VALUES[level]]));
    },
  );

  it('Given different keys at different levels, then they are merged key by key and lists replace lists', async () => {
    folder.write(
      '.agentsrc',
      'core:\n  checkpoints:\n    auto_create_on: [on_error]\n    interval: { steps: 5 }\n',
    );
    folder.write(
      join(folder.userFolder, 'config'),
      'core: { checkpoints: { auto_create_on: [on_tool_write], interval: { seconds: 60 } } }\n',
    );
    const { config } = await loadConfig(folder.source());
    expect(config.core.checkpoints).toMatchObject({
      auto_create_on: ['on_error'],
      interval: { seconds: 60, steps: 5 },
      on_failure: 'stop',
    });
  });

  it('Given nothing at all, then every key has its default', async () => {
    const { config, origins } = await loadConfig(folder.source());
    expect(config.core.checkpoints.auto_create_on).toEqual(AUTO_TRIGGERS);
    expect(Object.values(origins).map(describeOrigin)).toEqual(CONFIG_KEYS.map(() => 'default'));
  });

  it('Given values at each level, then their origins can be read and clicked', async () => {
    const path = folder.write('.agentsrc', 'ui:\n  glyphs: ascii\n');
    const { origins } = await loadConfig(
      folder.source({ AGENTS_CORE_STORAGE_DURABILITY: 'normal' }, { [PARALLEL]: '2' }),
    );
    expect(describeOrigin(origins['ui.glyphs'] as never)).toBe(`project ${path}:2:3`);
    expect(describeOrigin(origins['core.storage.durability'] as never)).toBe(
      'environment AGENTS_CORE_STORAGE_DURABILITY',
    );
    expect(describeOrigin(origins[PARALLEL] as never)).toBe(`flag --set ${PARALLEL}`);
  });
});

describe('values given as text', () => {
  const TRIGGERS_VARIABLE = 'AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON';

  it.each([
    { text: '', triggers: [] },
    { text: '  ', triggers: [] },
    { text: '[]', triggers: [] },
    { text: 'on_error', triggers: ['on_error'] },
    { text: 'on_error, on_tool_write,', triggers: ['on_tool_write', 'on_error'] },
    { text: 'on_error,on_error', triggers: ['on_error'] },
    { text: '[on_error, on_subplan_spawn]', triggers: ['on_subplan_spawn', 'on_error'] },
    { text: '["on_error"]', triggers: ['on_error'] },
    { text: 'after_tool_execute,before_tool_execute', triggers: ['on_tool_write', 'on_tool_write_complete'] },
    { text: 'before_tool_execute,on_tool_write', triggers: ['on_tool_write'] },
  ])('Given auto_create_on as "$text", then the triggers are $triggers', async ({ text, triggers }) => {
    const byVariable = await loadConfig(folder.source({ [TRIGGERS_VARIABLE]: text }));
    const byFlag = await loadConfig(folder.source({}, { 'core.checkpoints.auto_create_on': text }));
    expect(byVariable.config.core.checkpoints.auto_create_on).toEqual(triggers);
    expect(byFlag.config).toEqual(byVariable.config);
  });

  it.each([
    ['core.checkpoints.interval.seconds', '30', 30],
    ['core.checkpoints.interval.seconds', '', null],
    ['core.checkpoints.interval.steps', 'null', null],
    ['core.checkpoints.on_failure', 'warn', 'warn'],
    ['tools.overrides', '{fs.read: write, shell.run: read}', { 'fs.read': 'write', 'shell.run': 'read' }],
    ['tools.overrides', '', {}],
    ['core.secrets.patterns', 'tok_[a-z]{20,40},key-[0-9,]{8}', ['tok_[a-z]{20,40}', 'key-[0-9,]{8}']],
    ['core.secrets.patterns', String.raw`left\[,right`, [String.raw`left\[`, 'right']],
    ['core.secrets.patterns', '[a-f0-9]{32}', ['[a-f0-9]{32}']],
  ])('Given %s as "%s", then its value is %j', async (key, text, value) => {
    const { levels } = await loadConfig(folder.source({}, { [key]: text }));
    expect(levels[key]?.[0]?.value).toEqual(value);
  });

  it('Given variables that are no settings, then they are left alone', async () => {
    const env = { AGENTS_HOME: '/x', AGENTS_CALL_ID: 'y', AGENTS: '1', CORE_X: '1' };
    await expect(parallelOf(folder.source(env))).resolves.toBe(4);
  });
});

describe('forms and places of files', () => {
  it("Given cosmiconfig's places, then only data forms are left, in its order", () => {
    expect(PROJECT_PLACES).toEqual([
      'package.json',
      '.agentsrc',
      '.agentsrc.json',
      '.agentsrc.yaml',
      '.agentsrc.yml',
    ]);
  });

  const JSON_TEXT = '{"core": {"execution": {"max_parallel": 9}}}';
  it.each([
    ['.agentsrc', parallelYaml(9)],
    ['.agentsrc', JSON_TEXT],
    ['.agentsrc', `\uFEFF${parallelYaml(9).replaceAll('\n', '\r\n')}`],
    ['.agentsrc.json', '{\n\t"core": {\n\t\t"execution": {\n\t\t\t"max_parallel": 9\n\t\t}\n\t}\n}\n'],
    ['.agentsrc.yaml', parallelYaml(9)],
    ['.agentsrc.yml', parallelYaml(9)],
    ['package.json', `{"name": "x", "agents": ${JSON_TEXT}}`],
  ])('Given %s with %j, then it is read', async (name, text) => {
    folder.write(name, text);
    await expect(parallelOf(folder.source())).resolves.toBe(9);
  });

  it.each(['config', 'config.json', 'config.yaml', 'config.yml'])(
    'Given %s of the user, then it is read',
    async (name) => {
      folder.write(join(folder.userFolder, name), JSON_TEXT);
      await expect(parallelOf(folder.source())).resolves.toBe(9);
    },
  );

  it.each([
    '',
    '\n',
    '# only comments\n',
    '---\n',
    'core:\n',
    'core:\n  checkpoints:\n    # all of it\n',
    '{}',
    'core: ~',
  ])(
    'Given a nearest file that says %j, then it gives no values, and no file further up does',
    async (text) => {
      folder.write(join(folder.home, '.agentsrc'), parallelYaml(9));
      folder.write('.agentsrc', text);
      await expect(parallelOf(folder.source())).resolves.toBe(4);
    },
  );

  it('Given programs in every form that cosmiconfig would run, then none is', async () => {
    const program = 'throw new Error("run");\n';
    const forms = ['.js', '.cjs', '.mjs', '.ts'];
    for (const form of forms) {
      for (const name of [
        `.agentsrc${form}`,
        `agents.config${form}`,
        `.config/agentsrc${form}`,
        `.config/config${form}`,
      ]) {
        folder.write(name, program);
      }
      folder.write(join(folder.userFolder, `config${form}`), program);
    }
    const before = process.cwd();
    process.chdir(folder.workspace);
    const { config, files } = await loadConfig(folder.source()).finally(() => process.chdir(before));
    expect(config.core.execution.max_parallel).toBe(4);
    expect(files.filter(({ path }) => forms.some((form) => path.endsWith(form)))).toEqual([]);
  });

  it('Given several forms in one folder, then the first counts and the others are named as shadowed', async () => {
    folder.write('.agentsrc', parallelYaml(9));
    folder.write('.agentsrc.yaml', parallelYaml(8));
    const { config, files } = await loadConfig(folder.source());
    expect(config.core.execution.max_parallel).toBe(9);
    const roles = files.filter(({ role }) => role !== 'absent').map(({ path, role }) => [path, role]);
    expect(roles).toEqual([
      [join(folder.workspace, '.agentsrc'), 'read'],
      [join(folder.workspace, '.agentsrc.yaml'), 'shadowed'],
    ]);
  });

  it.each(['{"name": "agents"}', '{"name": "x", "keywords": ["agents"]}', '{"name": "x", ', '["agents"]'])(
    'Given a package.json without settings (%s), then the search goes on',
    async (text) => {
      folder.write('package.json', text);
      folder.write(join(folder.home, '.agentsrc'), parallelYaml(9));
      await expect(parallelOf(folder.source())).resolves.toBe(9);
    },
  );

  it('Given files above, then the nearest wins', async () => {
    folder.write(join(folder.home, '.agentsrc'), parallelYaml(7));
    folder.write(join(folder.home, 'code', '.agentsrc.yml'), parallelYaml(8));
    await expect(parallelOf(folder.source())).resolves.toBe(8);
  });

  it('Given a file above the home folder, then it is never looked at', async () => {
    folder.write(join(folder.root, '.agentsrc'), parallelYaml(7));
    const { config, files } = await loadConfig(folder.source());
    expect(config.core.execution.max_parallel).toBe(4);
    expect(files.some(({ path }) => path === join(folder.home, '.agentsrc'))).toBe(true);
    expect(files.some(({ path }) => path === join(folder.root, '.agentsrc'))).toBe(false);
  });

  it('Given a home folder behind a link, then the search stops there all the same', async () => {
    folder.write(join(folder.root, '.agentsrc'), parallelYaml(7));
    const link = join(folder.root, 'link');
    symlinkSync(folder.home, link);
    await expect(parallelOf({ ...folder.source(), home: link })).resolves.toBe(4);
  });

  it.each([['elsewhere'], ['gone']])(
    'Given a workspace outside of the home folder (%s), then the search ends at the root',
    async (home) => {
      mkdirSync(join(folder.root, 'elsewhere'));
      const { files } = await loadConfig({ ...folder.source(), home: join(folder.root, home) });
      const last = files.findLast(({ level }) => level === 'project');
      expect(last?.path).toBe(join(parse(realpathSync('.')).root, '.agentsrc.yml'));
    },
  );

  it.each([
    [{ AGENTS_CONFIG_HOME: '/a/b', XDG_CONFIG_HOME: '/x' }, '/a/b'],
    [{ XDG_CONFIG_HOME: '/x', AGENTS_HOME: '/h' }, '/x/agents'],
  ])("Given the environment %j, then the user's folder is %s", (env, expected) => {
    expect(userConfigFolder(env)).toBe(expected);
  });

  it("Given neither, then the user's folder is the platform's, below the home folder", () => {
    expect(userConfigFolder({})).toMatch(
      new RegExp(`^(${homedir()}|${process.env['XDG_CONFIG_HOME'] ?? homedir()}).*agents`),
    );
  });
});

describe("files that can't be read", () => {
  const place = '.agentsrc.json';
  it.each([
    ['a folder', (path: string) => mkdirSync(path), "can't be read: it is a folder"],
    [
      'a named pipe',
      (path: string) => void execFileSync('mkfifo', [path]),
      "can't be read: it is no regular file",
    ],
    ['a link to itself', (path: string) => symlinkSync(path, path), /can't be read: ELOOP/],
    [
      'not UTF-8',
      (path: string) => void folder.write(path, new Uint8Array([0x61, 0xff, 0xfe])),
      'is not UTF-8',
    ],
  ])('Given %s in its place, then it is an error and not passed over', async (_, plant, reason) => {
    const path = join(folder.workspace, place);
    plant(path);
    folder.write(join(folder.home, '.agentsrc'), parallelYaml(9));
    await expect(loadConfig(folder.source())).rejects.toMatchObject({
      exitCode: 3,
      code: 'invalid_config',
      message: expect.stringMatching(reason instanceof RegExp ? reason : `^${path}: ${reason}`),
    });
  });
});
