import { describe, expect, it } from 'vitest';
import {
  COMMANDS,
  isGroup,
  nameOf,
  type CommandGroup,
  type CommandRow,
} from '../../../src/cli/command-table.ts';
import { normalizeArgs } from '../../../src/cli/global-options.ts';
import { HELP_TEXT } from '../../../src/cli/help-text.ts';
import { CliBench } from '../../support/cli-bench.ts';

/** Every command with its words: `plan checkpoint list`. */
function allCommands(
  rows: readonly (CommandRow | CommandGroup)[],
  path: readonly string[] = [],
): readonly (readonly string[])[] {
  return rows.flatMap((row) => {
    const words = [...path, nameOf(row)];
    if (isGroup(row)) return allCommands(row.rows, words);
    return row.hidden ? [] : [words];
  });
}

const EVERY_COMMAND = allCommands(COMMANDS);

describe('help', () => {
  it('Given nothing, --help or -h, then one screen that names every command', async () => {
    await using bench = new CliBench();
    for (const args of [[], ['--help'], ['-h'], ['help']]) {
      expect(await bench.run(...args)).toEqual({ code: 0, out: HELP_TEXT, err: '' });
    }
    const lines = HELP_TEXT.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const words of EVERY_COMMAND) expect(HELP_TEXT).toMatch(new RegExp(`\\b${words.at(-1)}\\b`));
  });

  it.each(EVERY_COMMAND.map((words) => [words.join(' '), words] as const))(
    'Given "%s --help", then description, options and an example',
    async (name, words) => {
      await using bench = new CliBench();
      const { code, out, err } = await bench.run(...words, '--help');
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^agents ${name}.*\n\n[A-Z].*[.]\n`));
      expect(out).toContain('--json');
      expect(out).toMatch(new RegExp(`Examples:\n {2}agents ${name}`));
    },
  );

  it('Given a group alone with --help, then its commands', async () => {
    await using bench = new CliBench();
    const { out } = await bench.run('plan', 'checkpoint', '--help');
    expect(out).toMatch(
      /^agents plan checkpoint <command>\n\nTake, look at and keep checkpoints\.\n\nCommands:\n/,
    );
  });
});

describe('a command line that is wrong is exit 2 and says what to do', () => {
  it.each([
    [['plna'], 'there is no command "agents plna"', 'did you mean "agents plan"?', 'agents --help'],
    [
      ['plan', 'rnu', 'x'],
      'there is no command "agents plan rnu"',
      'did you mean "agents plan run"?',
      'agents plan --help',
    ],
    [
      ['-C', '/tmp', 'plan', 'lsit'],
      'there is no command "agents plan lsit"',
      'did you mean "agents plan list"?',
      'agents plan --help',
    ],
    [
      ['plan', 'xylophone'],
      'there is no command "agents plan xylophone"',
      expect.stringMatching(/^known here: run, /),
      'agents plan --help',
    ],
    [['plan'], expect.stringMatching(/^say which: run, /), null, 'agents plan --help'],
    [['--json'], expect.stringMatching(/^say which: plan, /), null, 'agents --help'],
    [
      ['plan', 'validate'],
      'FILE is missing',
      'it is typed like this: agents plan validate FILE',
      'agents plan validate --help',
    ],
    [
      ['plan', 'answer', 'last'],
      expect.stringContaining('DECISION'),
      'it is typed like this: agents plan answer PLAN DECISION OPTION',
      'agents plan answer --help',
    ],
    [['run', 'x'], 'there is no command "agents run"', 'did you mean "agents plan run"?', 'agents --help'],
    [
      ['validate'],
      'there is no command "agents validate"',
      'did you mean "agents plan validate"?',
      'agents --help',
    ],
    [
      ['exceute'],
      'there is no command "agents exceute"',
      'did you mean "agents plan execute"?',
      'agents --help',
    ],
    [
      ['plan', 'engien'],
      'there is no command "agents plan engien"',
      expect.not.stringContaining('engine'),
      'agents plan --help',
    ],
    [['plan', 'list', 'x'], '"x" is one word too many', null, 'agents plan list --help'],
    [
      ['plan', 'list', '--limti=3'],
      'there is no option --limti here',
      'did you mean --limit?',
      'agents plan list --help',
    ],
    [['plan', 'list', '--frob'], 'there is no option --frob here', null, 'agents plan list --help'],
    [['plan', 'list', '--limit'], '--limit needs a value', null, 'agents plan list --help'],
    [['plan', 'list', '-C'], '-C needs a value', null, 'agents plan list --help'],
    [
      ['plan', 'list', '--json=xml'],
      '--json does not know "xml"',
      'it can be "envelope", "stream"',
      'agents plan list --help',
    ],
  ])('%j', async (args, message, hint, next) => {
    await using bench = new CliBench();
    const { code, out } = await bench.run(...args, '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      command: next.split(' ').slice(1, -1).join(' ') || 'agents',
      data: null,
      error: { message, hint, next_steps: [next] },
    });
    const text = await bench.run(...args);
    expect([text.code, text.err === '' ? 'json' : text.out]).toEqual([2, text.err === '' ? 'json' : '']);
  });

  it.each([
    [['plan', 'list', '--limit', '1', '--limit', '2'], '--limit can be given only once'],
    [['plan', 'list', '--limit', '0'], '--limit needs a whole number from 1 to 1000, not "0"'],
    [['plan', 'list', '--limit', '1001'], '--limit needs a whole number from 1 to 1000, not "1001"'],
    [['plan', 'list', '--limit', 'all'], '--limit needs a whole number from 1 to 1000, not "all"'],
    [['plan', 'list', '--phase', 'zzz'], '--phase does not know "zzz"'],
    [['plan', 'list', '--set', 'x'], '--set needs NAME=VALUE, not "x"'],
    [['plan', 'list', '--state', 'erorred'], '--state does not know "erorred"'],
    [['plan', 'list', '--json=stream'], '"agents plan list" has no events to stream'],
  ])('%j: %s', async (args, message) => {
    await using bench = new CliBench();
    const { code, out } = await bench.run(...args, ...(args.at(-1) === '--json=stream' ? [] : ['--json']));
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ command: 'plan list', error: { message } });
  });

  it('Given --verbose, then an error comes with its stack, in both forms', async () => {
    await using bench = new CliBench();
    const text = await bench.run('plan', 'status', 'nope', '--verbose');
    expect(text.err).toMatch(/^error: .+\n[^]*NotFoundError: .+\n {4}at /);
    const json = await bench.run('plan', 'status', 'nope', '--verbose', '--json');
    expect(json.err).toContain('    at ');
  });

  it('Given --json, then it takes its mode only after =, and is left alone behind --', () => {
    expect(normalizeArgs(['plan', '--json', 'x', '--', '--json'])).toEqual([
      'plan',
      '--json=envelope',
      'x',
      '--',
      '--json',
    ]);
  });
});
