import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { toPrintableLine } from '../../domain/printable.ts';
import { WorkspaceError } from '../../domain/errors.ts';
import type { Command } from '../command.ts';
import { canConfirm, confirm } from '../confirm.ts';
import { isOn, type ParsedArgs } from '../global-options.ts';
import { EXAMPLE_PLAN, initFiles, type InitFile } from '../init-files.ts';
import type { Session } from '../session.ts';
import { formatTable } from '../table.ts';

type Action = 'created' | 'replaced' | 'unchanged' | 'kept';

interface Outcome extends InitFile {
  readonly action: Action;
  /** Why it was left as it is. */
  readonly reason: string | null;
}

const NEXT = [
  `agents plan validate ${EXAMPLE_PLAN}`,
  `agents plan run ${EXAMPLE_PLAN} -i who=you`,
  'agents config show',
];

export const init: Command = {
  describe: (parser) =>
    parser
      .option('yes', { alias: 'y', type: 'boolean', describe: 'replace files that are there already' })
      .option('dry-run', { type: 'boolean', describe: 'say what would be written, and write nothing' })
      .epilogue('What is there already stays as it is, unless you say otherwise when asked, or --yes.')
      .example('$0 init', 'settings and a first plan for this folder')
      .example('$0 init --dry-run', 'only look what it would write'),
  run: async (args, session) => {
    const folder = await (await session.app()).workspace(session.options.workspace);
    const isDry = isOn(args, 'dry-run');
    const otherSettings = await findOtherSettings(session, folder);
    const outcomes: Outcome[] = [];
    for (const file of await initFiles()) {
      const other = file.path === '.agentsrc' ? otherSettings : null;
      const outcome: Outcome =
        other === null
          ? await decide(file, folder, args, session)
          : { ...file, action: 'kept', reason: `the settings of this folder are in ${other}` };
      if (!isDry) await carryOut(outcome, folder);
      outcomes.push(outcome);
    }
    const files = outcomes.map(({ path, action, reason }) => ({ path, action, reason }));
    return {
      data: { folder, dry_run: isDry, files, next_steps: NEXT },
      show: () => showOutcomes(session, outcomes, isDry),
    };
  },
};

/** A file of another form that holds this folder's settings: a second one would take its place, or never be read. */
async function findOtherSettings(session: Session, folder: string): Promise<string | null> {
  const { readConfig } = await import('../../config/load-config.ts');
  const { files } = await readConfig(session.configSource(folder));
  const own = files.find(
    ({ path, level, role }) => level === 'project' && role === 'read' && dirname(path) === folder,
  );
  const name = own?.path.slice(folder.length + 1) ?? '.agentsrc';
  return name === '.agentsrc' ? null : name;
}

async function decide(file: InitFile, folder: string, args: ParsedArgs, session: Session): Promise<Outcome> {
  const present = await readIfThere(join(folder, file.path));
  if (present === null) return { ...file, action: 'created', reason: null };
  if (present === file.text) return { ...file, action: 'unchanged', reason: null };
  if (isOn(args, 'yes')) return { ...file, action: 'replaced', reason: null };
  const isAsked = canConfirm(session) && !isOn(args, 'dry-run');
  if (isAsked && (await confirm(session, `${file.path} is there already. Replace it?`)))
    return { ...file, action: 'replaced', reason: null };
  return {
    ...file,
    action: 'kept',
    reason: isAsked ? 'as you said' : 'it is there already: --yes replaces it',
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new WorkspaceError('unreadable', `${path} cannot be read`, { hint: message, cause: thrown });
  }
}

async function carryOut({ path, text, action }: Outcome, folder: string): Promise<void> {
  if (action !== 'created' && action !== 'replaced') return;
  const target = join(folder, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFileAtomic(target, text);
  } catch (thrown) {
    const hint = (thrown as Error).message;
    throw new WorkspaceError('unwritable', `${target} cannot be written`, { hint, cause: thrown });
  }
}

function showOutcomes(session: Session, outcomes: readonly Outcome[], isDry: boolean): void {
  const { paint, print } = session.output;
  const rows = outcomes.map(({ path, about, action, reason }) => [
    paint(action === 'kept' ? 'attention' : 'good', isDry ? `would be ${action}` : action),
    path,
    paint('dim', toPrintableLine(reason ?? about)),
  ]);
  print(formatTable(rows));
  if (isDry || session.options.quiet) return;
  print(`\nNext:\n${NEXT.map((command) => `  ${command}`).join('\n')}`);
}
