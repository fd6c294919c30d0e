import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isGroup, type CommandRow } from '../../../../src/cli/command-table.ts';
import { describeCommand } from '../../../../src/cli/described-command.ts';
import { parseCommand } from '../../../../src/cli/parse-command.ts';
import { allRows, GOLDEN_FOLDER, goldenFile, wordsOf, type GoldenCase } from '../../../support/golden.ts';
import { BACK_CASES } from './back-cases.ts';
import { KEEP_CASES } from './keep-cases.ts';
import { LOOK_CASES } from './look-cases.ts';
import { STEER_CASES } from './steer-cases.ts';
import { HOME_CASES, USAGE_CASES } from './usage-cases.ts';

const CASES: readonly GoldenCase[] = [
  ...HOME_CASES,
  ...USAGE_CASES,
  ...LOOK_CASES,
  ...STEER_CASES,
  ...BACK_CASES,
  ...KEEP_CASES,
];

/** Commands that cannot end well here: only a screen calls the first, and the others answer what only a run asks. */
const NEVER_WELL = ['plan engine', 'plan approve', 'plan deny'];

/** A command to type: behind words that lead to it, or alone on its line, as text or in a list of JSON. */
const HINT =
  /(?:\b(?:next|or|then|now|more|yet|instead|undo|took): |^ +(?:next +)?"?)agents ([a-z].*?)(?= {3}or: |",?$|$)/gm;

const FILES = readdirSync(GOLDEN_FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.txt'))
  .map((path) => join(GOLDEN_FOLDER, path));

/** Every command that the outputs tell to type, with a file that does. */
function hints(): readonly (readonly [command: string, file: string])[] {
  const found = new Map<string, string>();
  for (const file of FILES.filter((path) => !path.endsWith('help.txt'))) {
    const said = readFileSync(file, 'utf8');
    for (const [, hint] of said.matchAll(HINT)) found.set(hint as string, relative(GOLDEN_FOLDER, file));
  }
  return [...found];
}

/** Whether such a command line can be read; a redirection is the shell's business. */
async function isKnown(line: string): Promise<boolean> {
  const { kind } = await parseCommand(wordsOf(line.split(' > ')[0] as string), 100);
  return kind === 'run' || line.endsWith(' --help') || line === '--help';
}

describe('golden outputs', () => {
  it('Given the table of cases, then each has a name of its own, and no file is left over', () => {
    const names = CASES.map(goldenFile);
    expect(new Set(names).size).toBe(names.length);
    expect([...FILES].sort()).toEqual([...names].sort());
  });

  const commands = allRows().flatMap(({ path, row }) => (isGroup(row) ? [] : [path]));

  it.each(commands)(
    'Given agents %s, then there are its help, a success for people and one as JSON',
    (path) => {
      const cases = CASES.filter(({ command }) => command === path);
      const texts = cases.map((one) => readFileSync(goldenFile(one), 'utf8'));
      const wellDone = texts
        .flatMap((text) => text.split(/^(?=\$ agents )/m))
        .filter((said) => said.startsWith(`$ agents ${path}`) && /^exit 0$/m.test(said));
      const isFor = (said: string, pattern: RegExp): boolean => pattern.test(said.split('\n')[0] as string);
      const kinds = [
        wellDone.some((said) => isFor(said, / --help$/)),
        wellDone.some((said) => !isFor(said, / --(help|json)/)),
        wellDone.some((said) => isFor(said, / --json( |$)/)),
      ];
      const isReachable = !NEVER_WELL.includes(path);
      expect(kinds).toEqual([true, isReachable, isReachable]);
    },
  );

  it.each(hints())('Given the hint "agents %s" (%s), then there is such a command', async (hint) => {
    expect(await isKnown(hint)).toBe(true);
  });

  it.each(commands)(
    'Given the examples in the help of agents %s, then there are such commands',
    async (path) => {
      const row = allRows().find((one) => one.path === path)?.row as CommandRow;
      for (const { command } of describeCommand(await row.load()).examples) {
        expect([command, await isKnown(command.replace('$0 ', ''))]).toEqual([command, true]);
      }
    },
  );
});
