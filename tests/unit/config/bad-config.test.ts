import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/domain/errors.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { ConfigSource } from '../../../src/config/config-source.ts';
import { ConfigFolder } from '../../support/config-folder.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

async function errorOf(source: ConfigSource): Promise<ConfigError> {
  return loadConfig(source).then(
    () => Promise.reject(new Error('it was taken')),
    (error: ConfigError) => error,
  );
}

const LEGAL = 'legal here: on_tool_write, on_tool_write_complete, on_subplan_spawn, on_error';
const CP = 'core:\n  checkpoints:\n';

interface BadFile {
  readonly text: string;
  readonly at: string;
  readonly message: string;
  readonly hint?: string | null;
  readonly file?: string;
}

const BAD_FILES: readonly BadFile[] = [
  // Syntax
  {
    text: 'core: [1',
    at: '1:9',
    message: 'Flow sequence in block collection must be sufficiently indented and end with a ]',
  },
  { text: 'core:\n\tui: 1\n', at: '2:1', message: 'Tabs are not allowed as indentation' },
  { text: 'ui: "x\n', at: '2:1', message: 'Missing closing "quote' },
  {
    text: 'ui: {}\n---\nui: {}\n',
    at: '2:1',
    message: 'Source contains multiple documents; please use YAML.parseAllDocuments()',
  },
  { text: 'ui: !!js/function x\n', at: '1:5', message: 'Unresolved tag: tag:yaml.org,2002:js/function' },
  {
    text: '{"ui": {"glyphs": "ascii"}',
    at: '1:27',
    message: 'Flow map must end with a }',
    file: '.agentsrc.json',
  },
  // Shape
  {
    text: 'ui',
    at: '1:1',
    message: 'the configuration: expected a map, not "ui"',
    hint: 'its keys are core, tools, mcp, models, ui',
  },
  { text: '- ui', at: '1:1', message: 'the configuration: expected a map, not a list' },
  {
    text: 'ui: ascii\n',
    at: '1:5',
    message: 'ui: expected a map, not "ascii"',
    hint: 'its keys are glyphs, accessible, side_panel_width, theme, notify, mouse, keys',
  },
  {
    text: `${CP}    interval: 30s\n`,
    at: '3:15',
    message: 'core.checkpoints.interval: expected a map, not "30s"',
    hint: 'its keys are seconds, steps',
  },
  {
    text: '"agents"',
    at: '1:1',
    message: 'the configuration: expected a map, not "agents"',
    file: '.agentsrc.json',
  },
  {
    text: '{"agents": [1]}',
    at: '1:12',
    message: 'the configuration: expected a map, not a list',
    file: 'package.json',
  },
  // Keys
  { text: 'cor: {}\n', at: '1:1', message: 'unknown key cor', hint: 'did you mean core?' },
  {
    text: 'something: 1\n',
    at: '1:1',
    message: 'unknown key something',
    hint: 'the keys here are core, tools, mcp, models, ui',
  },
  {
    text: `${CP}    auto_create: []\n`,
    at: '3:5',
    message: 'unknown key core.checkpoints.auto_create',
    hint: 'did you mean auto_create_on?',
  },
  {
    text: 'on_failure: warn\n',
    at: '1:1',
    message: 'unknown key on_failure',
    hint: 'did you mean core.checkpoints.on_failure?',
  },
  {
    text: 'ui: { accessible: often }\n',
    at: '1:19',
    message: 'ui.accessible: expected true or false, not "often"',
  },
  {
    text: 'ui:\n  keys:\n    paus: Z\n',
    at: '3:11',
    message: 'ui.keys: "Z" is for "paus", which is no action (did you mean pause?)',
    hint: null,
  },
  {
    text: 'ui:\n  keys:\n    undo: []\n    pause: [Z, q]\n',
    at: '4:16',
    message: 'ui.keys: "q" is taken by quit (leave; asks first while your plan runs)',
    hint: null,
  },
  {
    text: 'ui: { keys: { pause: ctrl-c } }\n',
    at: '1:22',
    message: 'ui.keys: "ctrl-c" can\'t be bound: it always interrupts',
    hint: null,
  },
  {
    text: 'ui: { keys: { pause: 5 } }\n',
    at: '1:22',
    message: 'ui.keys: 5 is no key and no list of keys',
    hint: null,
  },
  {
    text: 'ui: { side_panel_width: 90 }\n',
    at: '1:25',
    message: 'ui.side_panel_width: 90 is too large',
    hint: 'the most is 80',
  },
  {
    text: 'ui.glyphs: ascii\n',
    at: '1:1',
    message: 'unknown key ui.glyphs',
    hint: 'write it as maps in maps, one key a line',
  },
  { text: 'core: {}\ncore: {}\n', at: '2:1', message: 'core is there twice', hint: 'first in line 1' },
  {
    text: 'ui:\n  glyphs: ascii\n  glyphs: auto\n',
    at: '3:3',
    message: 'glyphs is there twice',
    hint: 'first in line 2',
  },
  { text: '__proto__: { polluted: 1 }\n', at: '1:1', message: "__proto__ can't be a key" },
  {
    text: 'tools: { overrides: { constructor: read } }\n',
    at: '1:23',
    message: "constructor can't be a key",
  },
  { text: '? [a]\n: b\n', at: '1:3', message: 'a key is a plain text' },
  { text: '? \n: b\n', at: '1:3', message: 'unknown key null' },
  {
    text: 'ui: { "\\e[31m": 1 }\n',
    at: '1:7',
    message: 'unknown key ui.\\x1b[31m',
    hint: 'the keys here are glyphs, accessible, side_panel_width, theme, notify, mouse, keys',
  },
  {
    text: 'ui: &u { glyphs: auto }\ntools: *u\n',
    at: '2:8',
    message: 'aliases are not understood here',
    hint: 'write the value out',
  },
  { text: '*x\n', at: '1:1', message: 'aliases are not understood here' },
  { text: '<<: { ui: {} }\n', at: '1:1', message: 'unknown key <<' },
  // Values
  {
    text: `${CP}    auto_create_on: [on_eror]\n`,
    at: '3:22',
    message: 'core.checkpoints.auto_create_on: "on_eror" is not legal',
    hint: `did you mean on_error? ${LEGAL}`,
  },
  {
    text: `${CP}    auto_create_on:\n      - on_error\n      - whenever\n`,
    at: '5:9',
    message: 'core.checkpoints.auto_create_on: "whenever" is not legal',
    hint: LEGAL,
  },
  {
    text: `${CP}    auto_create_on: [manual]\n`,
    at: '3:22',
    message: 'core.checkpoints.auto_create_on: "manual" is not legal',
    hint: LEGAL,
  },
  {
    text: `${CP}    auto_create_on: on_error\n`,
    at: '3:21',
    message: 'core.checkpoints.auto_create_on: expected a list, not "on_error"',
  },
  {
    text: `${CP}    auto_create_on:\n`,
    at: '3:5',
    message: 'core.checkpoints.auto_create_on: expected a list, not nothing',
  },
  {
    text: `${CP}    auto_create_on: [1]\n`,
    at: '3:22',
    message: 'core.checkpoints.auto_create_on: 1 is not legal',
    hint: LEGAL,
  },
  {
    text: `${CP}    auto_create_on:\n      -\n`,
    at: '3:5',
    message: 'core.checkpoints.auto_create_on: nothing is not legal',
  },
  {
    text: `${CP}    auto_create_on: { on_error: true }\n`,
    at: '3:21',
    message: 'core.checkpoints.auto_create_on: expected a list, not a map',
  },
  {
    text: `${CP}    interval: { seconds: 0 }\n`,
    at: '3:26',
    message: 'core.checkpoints.interval.seconds: 0 is too small',
    hint: 'the least is 1',
  },
  {
    text: `${CP}    interval: { seconds: 86401 }\n`,
    at: '3:26',
    message: 'core.checkpoints.interval.seconds: 86401 is too large',
    hint: 'the most is 86400',
  },
  {
    text: `${CP}    interval: { steps: 1.5 }\n`,
    at: '3:24',
    message: 'core.checkpoints.interval.steps: expected a whole number, not 1.5',
  },
  {
    text: `${CP}    interval: { steps: "5" }\n`,
    at: '3:24',
    message: 'core.checkpoints.interval.steps: expected a number, not "5"',
  },
  {
    text: `${CP}    interval: { steps: .nan }\n`,
    at: '3:24',
    message: 'core.checkpoints.interval.steps: expected a number, not NaN',
  },
  {
    text: `${CP}    on_failure: warm\n`,
    at: '3:17',
    message: 'core.checkpoints.on_failure: "warm" is not legal',
    hint: 'did you mean warn? legal here: stop, warn',
  },
  {
    text: 'core: { execution: { max_parallel: 65 } }',
    at: '1:36',
    message: 'core.execution.max_parallel: 65 is too large',
    hint: 'the most is 64',
  },
  {
    text: 'core: { storage: { durability: true } }',
    at: '1:32',
    message: 'core.storage.durability: true is not legal',
    hint: 'legal here: full, normal',
  },
  {
    text: 'core: { secrets: { names: ["A B"] } }',
    at: '1:28',
    message: 'core.secrets.names: "A B" is no variable name (letters, digits, _, and the wildcards * and ?)',
  },
  {
    text: 'core: { secrets: { names: [[]] } }',
    at: '1:28',
    message: 'core.secrets.names: expected a text, not a list',
  },
  {
    text: "core: { secrets: { patterns: ['a('] } }",
    at: '1:31',
    message: 'core.secrets.patterns: "a(" is no regular expression: Unterminated group',
  },
  {
    text: "core: { secrets: { patterns: ['(a+)+b'] } }",
    at: '1:31',
    message:
      'core.secrets.patterns: "(a+)+b" repeats a group that repeats or chooses: it can take exponential time',
  },
  {
    text: "core: { secrets: { patterns: ['a*'] } }",
    at: '1:31',
    message: 'core.secrets.patterns: "a*" fits the empty text, so it would be found everywhere',
  },
  {
    text: 'tools: { overrides: { shell.run: execute } }',
    at: '1:34',
    message: 'tools.overrides: "execute" is not legal',
    hint: 'legal here: read, write',
  },
  {
    text: 'tools: { overrides: { "fs.*": write } }',
    at: '1:23',
    message: 'tools.overrides: "fs.*" is no name of a tool',
  },
  { text: 'tools: { overrides: [] }', at: '1:21', message: 'tools.overrides: expected a map, not a list' },
  {
    text: `ui: { glyphs: ${'x'.repeat(80)} }`,
    at: '1:15',
    message: `ui.glyphs: "${'x'.repeat(56)}..." is not legal`,
  },
  {
    text: '{\n  "name": "x",\n  "agents": {\n    "ui": { "glyphs": "asci" }\n  }\n}\n',
    at: '4:23',
    message: 'ui.glyphs: "asci" is not legal',
    hint: 'did you mean ascii? legal here: auto, unicode, ascii',
    file: 'package.json',
  },
];

describe('bad files', () => {
  it.each(BAD_FILES)(
    'Given $text, then $at says: $message',
    async ({ text, at, message, hint, file = '.agentsrc' }) => {
      const path = folder.write(file, text);
      const error = await errorOf(folder.source());
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toBe(`${path}:${at}: ${message}`);
      if (hint !== undefined) expect(error.hint).toBe(hint);
      expect(Object.prototype).not.toHaveProperty('polluted');
    },
  );

  it('Given a bad file of the user, then it is named', async () => {
    const path = folder.write(join(folder.userFolder, 'config.yaml'), 'ui:\n  glyph: auto\n');
    expect((await errorOf(folder.source())).message).toBe(`${path}:2:3: unknown key ui.glyph`);
  });
});

describe('bad variables and flags', () => {
  it.each([
    [
      'AGENTS_CORE_CHECKPOINTS_AUTO_CREATE',
      'x',
      'there is no such setting',
      'did you mean AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON?',
    ],
    [
      'AGENTS_UI_SOMETHING_ELSE_ENTIRELY',
      'x',
      'there is no such setting',
      expect.stringMatching(/^the variables are AGENTS_CORE_CHECKPOINTS_/),
    ],
    [
      'AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON',
      'on_eror',
      'core.checkpoints.auto_create_on: "on_eror" is not legal',
      `did you mean on_error? ${LEGAL}`,
    ],
    [
      'AGENTS_CORE_EXECUTION_MAX_PARALLEL',
      '',
      'core.execution.max_parallel: expected a number, not nothing',
      null,
    ],
    [
      'AGENTS_CORE_EXECUTION_MAX_PARALLEL',
      'four',
      'core.execution.max_parallel: expected a number, not "four"',
      null,
    ],
    ['AGENTS_TOOLS_OVERRIDES', '{fs.read: ', 'tools.overrides: expected a map, not "{fs.read:"', null],
    ['AGENTS_TOOLS_OVERRIDES', '*fs', 'tools.overrides: expected a map, not "*fs"', null],
    ['AGENTS_UI_GLYPHS', '!!x y', 'ui.glyphs: "!!x y" is not legal', 'legal here: auto, unicode, ascii'],
  ])('Given %s="%s", then it says: %s', async (name, text, message, hint) => {
    const error = await errorOf(folder.source({ [name]: text }));
    expect([error.message, error.hint]).toEqual([`${name}: ${message}`, hint]);
  });

  it.each([
    ['ui.glyph', 'x', '--set ui.glyph: there is no setting ui.glyph', 'did you mean ui.glyphs?'],
    ['glyphs', 'x', '--set glyphs: there is no setting glyphs', 'did you mean ui.glyphs?'],
    [
      'core.storage',
      'x',
      '--set core.storage: there is no setting core.storage',
      'it is a group of settings: core.storage.durability',
    ],
    [
      'nothing.like.it.at.all',
      'x',
      '--set nothing.like.it.at.all: there is no setting nothing.like.it.at.all',
      expect.stringMatching(/^the settings are core/),
    ],
    ['ui.glyphs', 'x', '--set ui.glyphs: ui.glyphs: "x" is not legal', 'legal here: auto, unicode, ascii'],
  ])('Given --set %s=%s, then it says: %s', async (key, text, message, hint) => {
    const error = await errorOf(folder.source({}, { [key]: text }));
    expect([error.message, error.hint]).toEqual([message, hint]);
  });

  it('Given several faults at all levels, then every one is listed with its place and hint', async () => {
    const project = folder.write(
      '.agentsrc',
      'cor: 1\nui: { glyphs: x }\ncore: { checkpoints: { on_failure: ~, auto_create_on: x } }\n',
    );
    const user = folder.write(join(folder.userFolder, 'config'), 'core: 5\n');
    const { message, hint } = await errorOf(folder.source({ AGENTS_UI_GLYPHS: 'y' }, { z: '1' }));
    expect(message.split('\n')).toEqual([
      '7 faults in the configuration:',
      expect.stringMatching(/^ {2}--set z: there is no setting z \(the settings are /),
      `  ${project}:1:1: unknown key cor (did you mean core?)`,
      `  ${user}:1:7: core: expected a map, not 5 (its keys are checkpoints, plans, execution, permissions, storage, secrets)`,
      '  AGENTS_UI_GLYPHS: ui.glyphs: "y" is not legal (legal here: auto, unicode, ascii)',
      `  ${project}:2:15: ui.glyphs: "x" is not legal (legal here: auto, unicode, ascii)`,
      `  ${project}:3:36: core.checkpoints.on_failure: nothing is not legal (legal here: stop, warn)`,
      `  ${project}:3:55: core.checkpoints.auto_create_on: expected a list, not "x"`,
    ]);
    expect(hint).toBeNull();
  });
});
