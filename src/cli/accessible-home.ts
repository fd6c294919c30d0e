import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { shortId } from '../domain/ids.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { HomeDocument, HomeForm, HomePlan, HomeSource } from '../ports/home-source.ts';
import { standingWords } from './accessible-summary.ts';
import { errorToText, explainThrown } from './error-report.ts';
import type { CommandResult, Session } from './session.ts';

/** Runs a command line of this program in this process. Resolves with its exit code; says itself what went wrong. */
export type RunCommand = (argv: readonly string[]) => Promise<number>;

/** One thing that can be chosen by its number. */
interface Entry {
  readonly sentence: string;
  /** The command that it stands for; null: the person has left before it was whole. */
  readonly command: () => Promise<readonly string[] | null>;
}

/** Home for screen readers: plans and documents as numbered sentences. A number types the command it stands for. */
export async function tellHome(session: Session, run: RunCommand): Promise<CommandResult> {
  const source = await (await session.app()).homeOf(await session.folder());
  for (;;) {
    const entries = await entriesOf(session, source);
    session.io.stdout.write(`${listText(source, entries)}\n`);
    const chosen = await choose(session, entries);
    if (chosen === null) return { data: null };
    const command = await commandOf(session, chosen);
    if (command === null) return { data: null };
    if (command.length > 0) await run(command);
  }
}

async function entriesOf(session: Session, source: HomeSource): Promise<readonly Entry[]> {
  const [{ items }, documents] = await Promise.all([source.plans(false), source.documents()]);
  return [
    ...items.map((item) => ({
      sentence: planSentence(item),
      command: () => Promise.resolve(['plan', verbFor(item), shortId(item.plan.plan_id)]),
    })),
    ...documents.map((document) => ({
      sentence: documentSentence(document),
      command: () => runLine(session, source, document),
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

/** Asks for what the document has no default for. Secrets are not asked for: what is typed here is seen. */
async function runLine(
  session: Session,
  source: HomeSource,
  { file, fault }: HomeDocument,
): Promise<readonly string[] | null> {
  // The command itself says all that is wrong.
  const inputs = fault === null ? (await source.form(file)).inputs : [];
  const words = ['plan', 'run', file];
  for (const input of inputs.filter(({ fallback, secret }) => fallback === null && !secret)) {
    const value = await askInput(session, input);
    if (value === null) return null;
    words.push('-i', `${input.name}=${value}`);
  }
  return words;
}

async function askInput(session: Session, input: HomeForm['inputs'][number]): Promise<string | null> {
  const { name, description, options } = input;
  const about = description === null ? '' : `, ${toPrintableLine(description)}`;
  const known = options === null ? '' : `, one of ${options.map(toPrintableLine).join(', ')}`;
  for (;;) {
    const typed = await ask(session, `${name}${about}${known}: `);
    const fault = typed === null ? null : input.faultOf(typed);
    if (fault === null) return typed;
    session.io.stderr.write(`${fault}\n`);
  }
}

async function commandOf(session: Session, { command }: Entry): Promise<readonly string[] | null> {
  try {
    return await command();
  } catch (thrown) {
    session.io.stderr.write(`${errorToText(explainThrown(thrown), session.output.notePaint, false)}\n`);
    return [];
  }
}

/** null: the person has left. */
async function choose(session: Session, entries: readonly Entry[]): Promise<Entry | null> {
  const range = entries.length > 0 ? `1 to ${entries.length}, then Enter; ` : '';
  for (;;) {
    const typed = await ask(session, `Type ${range}q leaves, Enter alone looks again: `);
    if (typed === null || typed === 'q') return null;
    if (typed === '') return AGAIN;
    const entry = /^[0-9]{1,4}$/.test(typed) ? entries[Number(typed) - 1] : undefined;
    if (entry) return entry;
    session.io.stderr.write(`${toPrintableLine(typed)} is none of them.\n`);
  }
}

const AGAIN: Entry = { sentence: '', command: () => Promise.resolve([]) };

/** One line, without blanks around it; null: there is no more. */
async function ask({ io }: Session, question: string): Promise<string | null> {
  io.stderr.write(question);
  // Another reader may have seen its end already; it is told only once.
  if (io.stdin.readableEnded) return null;
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?];
    return line?.trim() ?? null;
  } finally {
    lines.close();
  }
}
