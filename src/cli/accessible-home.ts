import { shortId } from '../domain/ids.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { HomeDocument, HomePlan, HomeSource } from '../ports/home-source.ts';
import { standingWords } from './accessible-summary.ts';
import type { CommandResult, Session } from './session.ts';
import { typedLine } from './typed-line.ts';

/** Runs a command line of this program in this process. Resolves with its exit code; says itself what went wrong. */
export type RunCommand = (argv: readonly string[]) => Promise<number>;

/** One thing that can be chosen by its number. */
interface Entry {
  readonly sentence: string;
  /** The command that it stands for: it asks itself for what it needs. None: nothing is to be done. */
  readonly command: readonly string[];
}

/** Home for screen readers: plans and documents as numbered sentences. A number types the command it stands for. */
export async function tellHome(session: Session, run: RunCommand): Promise<CommandResult> {
  const source = await (await session.app()).homeOf(await session.folder());
  for (;;) {
    const entries = await entriesOf(source);
    session.io.stdout.write(`${listText(source, entries)}\n`);
    const chosen = await choose(session, entries);
    if (chosen === null) return { data: null };
    if (chosen.command.length > 0) await run(chosen.command);
  }
}

async function entriesOf(source: HomeSource): Promise<readonly Entry[]> {
  const [{ items }, documents] = await Promise.all([source.plans(false), source.documents()]);
  return [
    ...items.map((item) => ({
      sentence: planSentence(item),
      command: ['plan', verbFor(item), shortId(item.plan.plan_id)],
    })),
    ...documents.map((document) => ({
      sentence: documentSentence(document),
      command: ['plan', 'run', document.file],
    })),
  ];
}

function listText({ folder }: HomeSource, entries: readonly Entry[]): string {
  if (entries.length === 0) {
    return `No plans and no documents in ${toPrintableLine(folder)}. Next: agents init writes a first one.`;
  }
  return [
    `Plans and documents of ${toPrintableLine(folder)}:`,
    ...entries.map(({ sentence }, index) => `${index + 1}: ${sentence}`),
  ].join('\n');
}

function planSentence({ plan, steps, waiting, isRun }: HomePlan): string {
  const need = waiting > 0 ? ', waits for you' : '';
  const lost = plan.state === 'processing' && !isRun ? ', but nobody runs it' : '';
  return `${standingWords(plan)}${lost}${need}, ${steps.complete} of ${steps.total} steps.`;
}

function documentSentence({ file, name, fault }: HomeDocument): string {
  const ready = fault === null ? 'can be run' : `can't be run: ${toPrintableLine(fault)}`;
  return `The document ${toPrintableLine(file)}, ${toPrintableLine(name)}, ${ready}.`;
}

/** What one most likely wants of a plan as it stands. */
function verbFor({ plan, isRun }: HomePlan): string {
  if (isRun) return 'watch';
  if (plan.state === 'errored') return 'retry';
  return ['queued', 'processing', 'paused'].includes(plan.state) ? 'execute' : 'status';
}

/** null: the person has left. */
async function choose(session: Session, entries: readonly Entry[]): Promise<Entry | null> {
  const range = entries.length > 0 ? `1 to ${entries.length}, then Enter; ` : '';
  for (;;) {
    const typed = await typedLine(session.io, `Type ${range}q leaves, Enter alone looks again: `);
    if (typed === null || typed === 'q') return null;
    if (typed === '') return AGAIN;
    const entry = /^[0-9]{1,4}$/.test(typed) ? entries[Number(typed) - 1] : undefined;
    if (entry) return entry;
    session.io.stderr.write(`${toPrintableLine(typed)} is none of them.\n`);
  }
}

const AGAIN: Entry = { sentence: '', command: [] };
