import { COMMANDS, isGroup, nameOf, type CommandGroup, type CommandRow } from './command-table.ts';
import { describeCommand, describeGlobalOptions, type DescribedOption } from './described-command.ts';

const HEAD = `# Commands

<!-- Made from src/cli by \`npm run generate\`; changes here are lost. -->

\`PLAN\` is an id, a unique beginning or end of one, or \`last\`: the newest of this folder. \`CHECKPOINT\` is a number, an id, a
label, or \`last\`. What programs read of each command, and all exit codes: [json.md](json.md). \`agents COMMAND --help\` shows
what is below.

\`agents completion bash\` (or \`zsh\`, \`fish\`) prints what your shell needs to complete all of this with Tab, names of plans,
checkpoints, decisions, tools and settings included.
`;

/** In a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<');

function optionName({ name, alias, takesValue, choices }: DescribedOption): string {
  const short = alias === null ? '' : `-${alias}, `;
  const value = choices.length > 0 ? choices.join('|') : name.toUpperCase().replaceAll('-', '_');
  if (name === 'json') return '--json, --json=stream';
  return `${short}--${name}${takesValue ? ` ${value}` : ''}`;
}

function optionTable(options: readonly DescribedOption[]): string {
  const rows = options.map((option) => {
    const often = option.isRepeatable ? ' (may be given several times)' : '';
    return `| \`${optionName(option).replaceAll('|', '\\|')}\` | ${cell(option.about)}${often} |`;
  });
  return `| option | |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** `label <plan> [text]` -> ` PLAN [TEXT]`. */
const argumentsOf = (row: CommandRow): string =>
  row.usage.slice(nameOf(row).length).replaceAll(/[<>]/g, '').toUpperCase();

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

async function renderCommand(row: CommandRow, path: string): Promise<string> {
  const { arguments: named, options, examples, epilogue } = describeCommand(await row.load());
  const name = `agents ${path}${nameOf(row)}`;
  const parts = [`### ${name}\n`, `${sentence(row.about)}\n`];
  parts.push(`\`\`\`\n${name}${argumentsOf(row)}${options.length > 0 ? ' [options]' : ''}\n\`\`\`\n`);
  if (named.length > 0) {
    parts.push(named.map((one) => `- \`${one.name.toUpperCase()}\`: ${one.about}\n`).join(''));
  }
  if (options.length > 0) parts.push(optionTable(options));
  if (epilogue !== null) parts.push(`${epilogue}\n`);
  const lines = examples.map(({ command, about }) => `${command.replace('$0', 'agents')}   # ${about}\n`);
  parts.push(`\`\`\`sh\n${lines.join('')}\`\`\`\n`);
  return parts.join('\n');
}

async function renderRow(row: CommandRow | CommandGroup, path: string): Promise<readonly string[]> {
  if (!isGroup(row)) return row.hidden ? [] : [await renderCommand(row, path)];
  const parts = await Promise.all(row.rows.map((inner) => renderRow(inner, `${path}${row.name} `)));
  return parts.flat();
}

/** `docs/cli.md`: every command with its usage, options and examples. */
export async function renderCliDocs(): Promise<string> {
  const groups = COMMANDS.filter(isGroup);
  const alone = COMMANDS.filter((row) => !isGroup(row));
  const sections: string[] = [];
  for (const { title, rows } of [
    { title: 'Setting up', rows: alone },
    ...groups.map((group) => ({ title: sentence(group.about).slice(0, -1), rows: [group] })),
  ]) {
    const parts = await Promise.all(rows.map((row) => renderRow(row, '')));
    sections.push(`## ${title}\n\n${parts.flat().join('\n')}`);
  }
  return `${HEAD}\n${sections.join('\n')}\n## For every command\n\n${optionTable(describeGlobalOptions())}`;
}
