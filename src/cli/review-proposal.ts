import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentsError, PlanError, WaitingError } from '../domain/errors.ts';
import type { DecisionOption } from '../domain/plan-document.ts';
import type { DecisionState } from '../domain/plan-state.ts';
import { errorToText, explainThrown } from './error-report.ts';
import { StoppedBySignal } from './long-work.ts';
import { ownPrograms } from './own-programs.ts';
import { abortOnSignals } from './run-signals.ts';
import type { Session } from './session.ts';
import { TerminalPrompter } from './terminal-prompter.ts';

const CREATE = { id: 'create', description: 'make the plan; it may run as it stands' };
const EDIT = { id: 'edit', description: 'in your editor; it is checked again' };
const DISCARD = { id: 'discard', description: 'nothing is made' };

/**
 * Shows a document to the person at the terminal until they want it made. Resolves with its text as they left it.
 * @param check throws what is wrong with a text
 * @throws PlanError `plan_discarded`; WaitingError if no answer comes; StoppedBySignal
 */
export async function reviewProposal(
  session: Session,
  text: string,
  check: (text: string) => Promise<unknown>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agents-plan-'));
  const file = join(folder, 'planned.plan.yaml');
  try {
    let [shown, isSound] = [text, true];
    for (;;) {
      const choice = await ask(session, shown, isSound ? [CREATE, EDIT, DISCARD] : [EDIT, DISCARD]);
      if (choice === CREATE.id) return shown;
      if (choice === DISCARD.id) throw new PlanError('plan_discarded', 'no plan was made');
      await writeFile(file, shown, { mode: 0o600 });
      isSound = await holds(session, async () => {
        await openEditor(session, file);
        shown = await readFile(file, 'utf8');
        await check(shown);
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(session: Session, text: string, options: readonly DecisionOption[]): Promise<string> {
  const { io, output } = session;
  const watch = abortOnSignals(io);
  try {
    const question = { question: 'Make this plan?', detail: text, options };
    const prompter = new TerminalPrompter(io, output.notePaint);
    const choice = await prompter.ask(asDecision(question), watch.signal);
    const exitCode = watch.exitCode();
    if (choice === null) io.stderr.write('\n');
    if (exitCode !== null) throw new StoppedBySignal(exitCode, null);
    if (choice !== null) return choice;
    throw new WaitingError('not_answered', 'nobody said whether the plan is wanted: none was made');
  } finally {
    watch.off();
  }
}

/** It has the terminal: what it is told by Ctrl-C is none of our business. */
async function openEditor({ io }: Session, file: string): Promise<void> {
  const watch = abortOnSignals(io);
  try {
    await ownPrograms(io).edit(file);
  } finally {
    watch.off();
  }
}

/** What is wrong is said, and nothing is lost by it. */
async function holds({ output }: Session, check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof AgentsError)) throw thrown;
    output.complain(errorToText(explainThrown(thrown), output.notePaint, false));
    return false;
  }
}

const asDecision = (asked: Pick<DecisionState, 'question' | 'detail' | 'options'>): DecisionState => ({
  ...asked,
  id: '',
  parent_id: null,
  type: 'choice',
  step_id: null,
  chosen: null,
  rationale: null,
  confidence: null,
  by: 'human',
  sequence: 0,
  superseded_by: null,
  created_at: '',
});
