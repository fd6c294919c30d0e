import { isGroup, nameOf, type CommandRow } from '../../../../src/cli/command-table.ts';
import { allRows, type GoldenCase } from '../../../support/golden.ts';

const ARGUMENT = /<[a-z]+>/g;

/** A word for every argument that must be there. */
function whole(path: string, { usage }: CommandRow): string {
  return `${path}${(usage.match(ARGUMENT) ?? []).map(() => ' last').join('')}`;
}

/** What every command does with a wrong command line. */
function wrongLines(path: string, row: CommandRow): readonly string[] {
  const more = ' more'.repeat(row.usage.split('[').length - 1);
  const takesMore = more !== '';
  return [
    ...(ARGUMENT.test(row.usage) ? [path] : []),
    `${whole(path, row)}${more} more`,
    `${whole(path, row)} --nonsense`,
    ...(takesMore ? [] : [`${whole(path, row)} --json --qiet`]),
  ];
}

/** Of every row of the table: its help, and what it says to a wrong command line. */
export const USAGE_CASES: readonly GoldenCase[] = allRows().flatMap(({ path, row }): GoldenCase[] => {
  const help: GoldenCase = { command: path, name: 'help', scene: 'empty', typed: [`${path} --help`] };
  const typed = isGroup(row)
    ? [path, `${path} nonsense`, `${path} ${nameOf(row.rows[0] ?? row).slice(0, 3)}`]
    : wrongLines(path, row);
  return [help, { command: path, name: 'usage', scene: 'empty', typed }];
});

const HOME: readonly Omit<GoldenCase, 'command'>[] = [
  { name: 'help', scene: 'empty', typed: ['--help'] },
  { name: 'no-terminal', scene: 'empty', typed: [''] },
  {
    name: 'usage',
    scene: 'empty',
    typed: [
      'pln list',
      'nonsense',
      '--nonsense',
      '--json',
      'plan list -C',
      'plan list --json=yes',
      'plan list --set nonsense',
      'plan list --set nonsense=1 --json',
      'plan list -C nowhere',
      'plan list -C one -C two',
      'plan list --json=stream',
      'tool list --json=stream',
    ],
  },
];

export const HOME_CASES: readonly GoldenCase[] = HOME.map((one) => ({ command: 'agents', ...one }));
