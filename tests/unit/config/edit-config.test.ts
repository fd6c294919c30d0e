import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderAgentsrcExample } from '../../../src/config/agentsrc-example.ts';
import { CONFIG_KEYS } from '../../../src/config/config-keys.ts';
import { setConfigValue, unsetConfigValue } from '../../../src/config/edit-config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

const TRIGGERS = 'core.checkpoints.auto_create_on';
const PARALLEL = 'core.execution.max_parallel';

interface Edit {
  readonly name: string;
  readonly file?: string;
  readonly before: string;
  readonly key: string;
  readonly text: string;
  readonly after: string;
}

const YAML = `# ours
core: # the core
  checkpoints:
    auto_create_on: [ on_error,on_tool_write ]   # two

    on_failure:   "warn"
# between
ui:   { glyphs:   ascii }  # signs
`;

const PACKAGE = `{
\t"name": "x",
\t"files": ["a", "b"],
\t"agents": {
\t\t"ui": {"glyphs": "ascii"}
\t}
}
`;

const SETS: readonly Edit[] = [
  {
    name: 'a new key beside another',
    before: 'core:\n  checkpoints:\n    on_failure: warn # yes\n\n# end\n',
    key: TRIGGERS,
    text: 'on_error',
    after: 'core:\n  checkpoints:\n    on_failure: warn # yes\n    auto_create_on: [on_error]\n\n# end\n',
  },
  {
    name: 'a new key beside a name without a value',
    before: 'core: { checkpoints: { interval } }\n',
    key: 'core.checkpoints.on_failure',
    text: 'warn',
    after: 'core: { checkpoints: { interval, on_failure: warn } }\n',
  },
  {
    name: 'a map in lines',
    before: 'tools:\n  overrides: # mine\n    fs.read: write\n    fs.glob: write\nui: {}\n',
    key: 'tools.overrides',
    text: '{fs.read: read}',
    after: "tools:\n  overrides: { 'fs.read': read } # mine\nui: {}\n",
  },
  {
    name: 'a list on one line',
    before: YAML,
    key: TRIGGERS,
    text: '',
    after: YAML.replace('[ on_error,on_tool_write ]', '[]'),
  },
  {
    name: 'a quoted text',
    before: YAML,
    key: 'core.checkpoints.on_failure',
    text: 'stop',
    after: YAML.replace('"warn"', 'stop'),
  },
  {
    name: 'a value in braces',
    before: YAML,
    key: 'ui.glyphs',
    text: 'auto',
    after: YAML.replace('ascii', 'auto'),
  },
  {
    name: 'a new group in a group',
    before: YAML,
    key: 'core.checkpoints.interval.steps',
    text: '5',
    after: YAML.replace('"warn"\n', '"warn"\n    interval:\n      steps: 5\n'),
  },
  {
    name: 'a new group in the core',
    before: YAML,
    key: PARALLEL,
    text: '2',
    after: YAML.replace('"warn"\n', '"warn"\n  execution:\n    max_parallel: 2\n'),
  },
  {
    name: 'a new group at the top',
    before: YAML,
    key: 'tools.overrides',
    text: '{fs.read: write}',
    after: `${YAML}tools:\n  overrides: { 'fs.read': write }\n`,
  },
  {
    name: 'a list in lines',
    before: `core:\n  checkpoints:\n    auto_create_on:\n      - on_error # one\n      - on_tool_write\n\n    # next\n    on_failure: warn\n`,
    key: TRIGGERS,
    text: 'on_subplan_spawn,on_error',
    after: `core:\n  checkpoints:\n    auto_create_on:\n      - on_subplan_spawn\n      - on_error\n\n    # next\n    on_failure: warn\n`,
  },
  {
    name: 'a list in lines to nothing',
    before: `core:\n  checkpoints:\n    auto_create_on: # which\n    - on_error\n    # that is all\n`,
    key: TRIGGERS,
    text: '[]',
    after: `core:\n  checkpoints:\n    auto_create_on: [] # which\n    # that is all\n`,
  },
  {
    name: 'a key without a value',
    before: 'ui:\n  glyphs:   # which?\n',
    key: 'ui.glyphs',
    text: 'ascii',
    after: 'ui:\n  glyphs: ascii   # which?\n',
  },
  {
    name: 'a wrong value',
    before: 'ui:\n  glyphs: asci\n',
    key: 'ui.glyphs',
    text: 'ascii',
    after: 'ui:\n  glyphs: ascii\n',
  },
  {
    name: 'a group with nothing but comments',
    before: 'core: # the core\n  # max_parallel: 3\nui:\n  glyphs: auto\n',
    key: PARALLEL,
    text: '2',
    after: 'core: # the core\n  execution:\n    max_parallel: 2\n  # max_parallel: 3\nui:\n  glyphs: auto\n',
  },
  {
    name: 'a group that is null',
    before: 'core: ~ # none\n',
    key: PARALLEL,
    text: '2',
    after: 'core: { execution: { max_parallel: 2 } } # none\n',
  },
  {
    name: 'an empty map',
    before: 'core: {}\n',
    key: PARALLEL,
    text: '2',
    after: 'core: { execution: { max_parallel: 2 } }\n',
  },
  {
    name: 'a file of comments without a last line end',
    before: '# mine',
    key: PARALLEL,
    text: '2',
    after: '# mine\ncore:\n  execution:\n    max_parallel: 2\n',
  },
  {
    name: 'an empty file',
    before: '',
    key: PARALLEL,
    text: '2',
    after: 'core:\n  execution:\n    max_parallel: 2\n',
  },
  {
    name: 'line ends of Windows',
    before: 'ui:\r\n  glyphs: auto\r\n',
    key: PARALLEL,
    text: '2',
    after: 'ui:\r\n  glyphs: auto\r\ncore:\r\n  execution:\r\n    max_parallel: 2\r\n',
  },
  {
    name: 'a last line without an end',
    before: 'ui:\n  glyphs: auto',
    key: PARALLEL,
    text: '2',
    after: 'ui:\n  glyphs: auto\ncore:\n  execution:\n    max_parallel: 2',
  },
  {
    name: 'a byte order mark',
    before: '\uFEFFui:\n  glyphs: auto\n',
    key: 'ui.glyphs',
    text: 'ascii',
    after: '\uFEFFui:\n  glyphs: ascii\n',
  },
  {
    name: 'braces in YAML',
    before: 'core: { checkpoints: { on_failure: warn } }\n',
    key: PARALLEL,
    text: '2',
    after: 'core: { checkpoints: { on_failure: warn }, execution: { max_parallel: 2 } }\n',
  },
  {
    name: 'a pattern with a backslash and a quote',
    before: 'ui: {}\n',
    key: 'core.secrets.patterns',
    text: String.raw`it's\d{4}`,
    after: `ui: {}\ncore:\n  secrets:\n    patterns: ['it''s\\d{4}']\n`,
  },
  {
    name: 'a pattern with a tab',
    before: '',
    key: 'core.secrets.patterns',
    text: '["a\\tb"]',
    after: `core:\n  secrets:\n    patterns: ["a\\tb"]\n`,
  },
  {
    name: 'no interval any more',
    before: 'core: { checkpoints: { interval: { steps: 5 } } }',
    key: 'core.checkpoints.interval.steps',
    text: 'null',
    after: 'core: { checkpoints: { interval: { steps: null } } }',
  },
  {
    name: 'JSON in lines',
    file: '.agentsrc.json',
    before: '{\n  "ui": { "glyphs": "ascii" }\n}\n',
    key: TRIGGERS,
    text: 'on_error',
    after:
      '{\n  "ui": { "glyphs": "ascii" },\n  "core": { "checkpoints": { "auto_create_on": ["on_error"] } }\n}\n',
  },
  {
    name: 'JSON on one line',
    before: '{"ui":{"glyphs":"ascii"}}',
    key: 'ui.glyphs',
    text: 'auto',
    after: '{"ui":{"glyphs":"auto"}}',
  },
  {
    name: 'an empty JSON file',
    file: '.agentsrc.json',
    before: '',
    key: PARALLEL,
    text: '2',
    after: '{ "core": { "execution": { "max_parallel": 2 } } }\n',
  },
  {
    name: 'an empty map in JSON',
    file: '.agentsrc.json',
    before: '{}\n',
    key: 'tools.overrides',
    text: '',
    after: '{ "tools": { "overrides": {} } }\n',
  },
  {
    name: 'a null in JSON',
    file: '.agentsrc.json',
    before: '{ "tools": null }\n',
    key: 'tools.overrides',
    text: 'fs.read: write',
    after: '{ "tools": { "overrides": { "fs.read": "write" } } }\n',
  },
  {
    name: 'a new group in package.json',
    file: 'package.json',
    before: PACKAGE,
    key: PARALLEL,
    text: '2',
    after: PACKAGE.replace('"ascii"}\n', '"ascii"},\n\t\t"core": { "execution": { "max_parallel": 2 } }\n'),
  },
  {
    name: 'a value in package.json',
    file: 'package.json',
    before: PACKAGE,
    key: 'ui.glyphs',
    text: 'auto',
    after: PACKAGE.replace('"ascii"', '"auto"'),
  },
];

describe('set', () => {
  it.each(SETS)(
    'Given $name, when $key is set to "$text", then only that changes',
    async ({ file = '.agentsrc', before, key, text, after }) => {
      const path = folder.write(file, before);
      const edit = await setConfigValue(folder.source(), key, text);
      expect(readFileSync(path, 'utf8')).toBe(after);
      expect(edit).toMatchObject({ file: path, created: false, changed: true, key });
      const { levels } = await loadConfig(folder.source());
      expect(levels[key]?.[0]).toMatchObject({ origin: { level: 'project' }, value: edit.after });
    },
  );

  it.each(CONFIG_KEYS.map(({ key }) => key))(
    'Given the example, when %s is set and taken out, then the rest is the same byte by byte',
    async (key) => {
      const other: Readonly<Record<string, string>> = {
        [TRIGGERS]: 'on_error',
        'core.checkpoints.interval.seconds': '30',
        'core.checkpoints.interval.steps': '30',
        'core.checkpoints.on_failure': 'warn',
        'core.checkpoints.files': 'false',
        'core.checkpoints.exclude': 'deps,vendor',
        'core.checkpoints.watch': 'off',
        'core.checkpoints.limits.file': '1KiB',
        'core.checkpoints.limits.checkpoint': '1KiB',
        'core.checkpoints.limits.git': '1KiB',
        'core.checkpoints.limits.store': '1KiB',
        'core.checkpoints.limits.free_disk': '1KiB',
        'core.checkpoints.retention.max_per_plan': '7',
        'core.checkpoints.retention.max_age': '12h',
        'core.plans.retention': '12d',
        'core.checkpoints.retention.max_bytes': '1GiB',
        [PARALLEL]: '2',
        'core.permissions.ask': 'fs.*',
        'core.permissions.allow': 'fs.read',
        'core.permissions.deny': 'shell.run(rm *)',
        'core.storage.durability': 'normal',
        'core.secrets.names': 'A,B_*',
        'core.secrets.patterns': 'x{4}',
        'tools.overrides': 'fs.read: write',
        'mcp.servers': 'web: { url: "http://localhost" }',
        'mcp.import': 'claude',
        'models.default': 'ollama/x',
        'models.providers': 'mine: { url: "http://localhost" }',
        'models.prices': 'a/b: { input: 1, output: 2 }',
        'ui.glyphs': 'ascii',
        'ui.accessible': 'true',
        'ui.side_panel_width': '50',
        'ui.theme': 'dark',
        'ui.notify': 'false',
        'ui.mouse': 'true',
        'ui.keys': '{ pause: Z }',
      };
      const path = folder.write('.agentsrc', renderAgentsrcExample());
      const name = key.split('.').at(-1) as string;
      const without = (text: string): string =>
        // Of a group of that name what follows is no item.
        text.replace(new RegExp(`^ +${name}:(?!\n +[^ -]).*\n(?: +- .*\n)*`, 'm'), '');
      await setConfigValue(folder.source(), key, other[key] as string);
      expect(readFileSync(path, 'utf8')).not.toBe(renderAgentsrcExample());
      expect(without(readFileSync(path, 'utf8'))).toBe(without(renderAgentsrcExample()));
      await unsetConfigValue(folder.source(), key);
      expect(readFileSync(path, 'utf8')).toBe(without(renderAgentsrcExample()));
    },
  );

  it('Given no file, when a key is set, then the workspace gets a .agentsrc', async () => {
    const edit = await setConfigValue(folder.source(), TRIGGERS, 'on_error');
    const file = join(folder.workspace, '.agentsrc');
    expect(edit).toEqual({
      file,
      created: true,
      changed: true,
      key: TRIGGERS,
      before: undefined,
      after: ['on_error'],
    });
    expect(readFileSync(file, 'utf8')).toBe('core:\n  checkpoints:\n    auto_create_on: [on_error]\n');
    expect(readdirSync(folder.workspace)).toEqual(['.agentsrc']);
  });

  it('Given a file that speaks for the workspace from above, when a key is set, then it is set there', async () => {
    const path = folder.write(join(folder.home, '.agentsrc.yml'), 'ui: { glyphs: auto }\n');
    expect((await setConfigValue(folder.source(), PARALLEL, '2')).file).toBe(path);
    expect(readdirSync(folder.workspace)).toEqual([]);
  });

  it('Given the same value, when it is set again, then nothing is written', async () => {
    const path = folder.write('.agentsrc', 'ui: { glyphs: "ascii" }\n');
    const { mtimeNs, ino } = statSync(path, { bigint: true });
    const edit = await setConfigValue(folder.source(), 'ui.glyphs', 'ascii');
    expect(edit).toMatchObject({ changed: false, created: false, before: 'ascii', after: 'ascii' });
    expect(statSync(path, { bigint: true })).toMatchObject({ mtimeNs, ino });
  });

  it.each([
    ['an unknown key', 'ui.glyph', 'ascii', 'there is no setting ui.glyph'],
    ['an illegal value', 'ui.glyphs', 'asci', 'config set: ui.glyphs: "asci" is not legal'],
  ])('Given %s, then nothing is written', async (_, key, text, message) => {
    await expect(setConfigValue(folder.source(), key, text)).rejects.toMatchObject({ exitCode: 3, message });
    expect(readdirSync(folder.workspace)).toEqual([]);
  });

  it.each([
    ['broken', 'ui: [\n', /:2:1: /],
    ['faulty elsewhere', 'cor: 1\n', /:1:1: unknown key cor$/],
    [
      'written with an alias',
      'ui: &u { glyphs: auto }\ntools: *u\n',
      /:2:8: aliases are not understood here$/,
    ],
    ['written in a way that leaves no room for a group', '? core\n', /can't be changed in safely$/],
    [
      'written in a way that leaves no room for a value',
      'core: {execution: {max_parallel}}\n',
      /can't be changed in safely$|expected a number/,
    ],
  ])('Given a file that is %s, when a key is set, then it stays as it is', async (_, before, message) => {
    const path = folder.write('.agentsrc', before);
    await expect(setConfigValue(folder.source(), PARALLEL, '2')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(message),
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it("Given a folder in the file's place, when a key is set, then it says so", async () => {
    mkdirSync(join(folder.workspace, '.agentsrc'));
    await expect(setConfigValue(folder.source(), PARALLEL, '2')).rejects.toMatchObject({
      message: expect.stringMatching(/it is a folder$/),
    });
  });

  it('Given a workspace that is gone, when a key is set, then it says that it could not write', async () => {
    rmSync(folder.workspace, { recursive: true });
    await expect(setConfigValue(folder.source(), PARALLEL, '2')).rejects.toMatchObject({
      code: 'config_not_written',
      hint: expect.stringMatching(/ENOENT/),
    });
    expect(existsSync(folder.workspace)).toBe(false);
  });
});

describe('unset', () => {
  const UNSETS: readonly Omit<Edit, 'text'>[] = [
    {
      name: 'a key behind a name without a value',
      before: 'core: { checkpoints: { interval, on_failure: warn } }\n',
      key: 'core.checkpoints.on_failure',
      after: 'core: { checkpoints: { interval } }\n',
    },
    {
      name: 'a line with a comment',
      before: YAML,
      key: TRIGGERS,
      after: YAML.replace(/ +auto_create_on.*\n/, ''),
    },
    {
      name: 'the only key of a map in braces',
      before: YAML,
      key: 'ui.glyphs',
      after: YAML.replace('{ glyphs:   ascii }', '{}'),
    },
    {
      name: 'the only key of a group in lines',
      before: 'ui:\n  # signs\n  glyphs: ascii\n',
      key: 'ui.glyphs',
      after: 'ui:\n  # signs\n',
    },
    {
      name: 'the last line without an end',
      before: 'core: {}\nui:\n  glyphs: ascii',
      key: 'ui.glyphs',
      after: 'core: {}\nui:\n',
    },
    {
      name: 'line ends of Windows',
      before: 'ui:\r\n  glyphs: ascii\r\ncore: {}\r\n',
      key: 'ui.glyphs',
      after: 'ui:\r\ncore: {}\r\n',
    },
    {
      name: 'the first of two in braces',
      before: 'core: { checkpoints: { on_failure: warn, auto_create_on: [] } }',
      key: 'core.checkpoints.on_failure',
      after: 'core: { checkpoints: { auto_create_on: [] } }',
    },
    {
      name: 'the last of two in braces',
      before: 'core: { checkpoints: { on_failure: warn, auto_create_on: [] } }',
      key: TRIGGERS,
      after: 'core: { checkpoints: { on_failure: warn } }',
    },
    {
      name: 'a key without a value',
      before: 'core:\n  checkpoints:\n    auto_create_on:\n    on_failure: warn\n',
      key: TRIGGERS,
      after: 'core:\n  checkpoints:\n    on_failure: warn\n',
    },
    {
      name: 'a name without a value',
      before: 'core: { checkpoints: { auto_create_on, on_failure: warn } }\n',
      key: TRIGGERS,
      after: 'core: { checkpoints: { on_failure: warn } }\n',
    },
    {
      name: 'a name without a value behind another',
      before: 'core: { checkpoints: { on_failure: warn, auto_create_on } }\n',
      key: TRIGGERS,
      after: 'core: { checkpoints: { on_failure: warn } }\n',
    },
    {
      name: 'package.json',
      file: 'package.json',
      before: PACKAGE,
      key: 'ui.glyphs',
      after: PACKAGE.replace('{"glyphs": "ascii"}', '{}'),
    },
  ];

  it.each(UNSETS)(
    'Given $name, when $key is taken out, then only that is gone',
    async ({ file = '.agentsrc', before, key, after }) => {
      const path = folder.write(file, before);
      const edit = await unsetConfigValue(folder.source(), key);
      expect(readFileSync(path, 'utf8')).toBe(after);
      expect(edit).toMatchObject({ changed: true, after: undefined });
      const { levels } = await loadConfig(folder.source());
      expect(levels[key]?.[0]?.origin.level).toBe('default');
    },
  );

  it.each(['', 'core: {}\n', 'core:\n  checkpoints:\n    on_failure: warn\n'])(
    "Given a file that doesn't have it (%j), then nothing is written",
    async (before) => {
      const path = folder.write('.agentsrc', before);
      expect(await unsetConfigValue(folder.source(), TRIGGERS)).toMatchObject({
        changed: false,
        before: undefined,
      });
      expect(readFileSync(path, 'utf8')).toBe(before);
    },
  );

  it('Given no file, then none is made', async () => {
    expect(await unsetConfigValue(folder.source(), TRIGGERS)).toMatchObject({
      changed: false,
      created: false,
    });
    expect(readdirSync(folder.workspace)).toEqual([]);
  });

  it('Given an unknown key, then it says so', async () => {
    await expect(unsetConfigValue(folder.source(), 'core')).rejects.toMatchObject({
      code: 'unknown_config_key',
      hint: 'it is a group of settings: core.checkpoints, core.plans, core.execution, core.permissions, core.storage, core.secrets',
    });
  });
});
