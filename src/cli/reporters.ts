import type { PlanId } from '../domain/ids.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { cutCells } from '../tui/words/cells.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';
import { AccessibleReporter } from './accessible-reporter.ts';
import { standingWords, summarizeInSentences } from './accessible-summary.ts';
import type { CliIo } from './cli-io.ts';
import type { Paint } from './paint.ts';
import { summarizeRun, toneOf, type SummaryInput } from './run-summary.ts';
import type { Session } from './session.ts';
import { TerminalPrompter } from './terminal-prompter.ts';
import { TextReporter } from './text-reporter.ts';
import type { PlanReporter } from './told-plan.ts';
import type { UiMode } from './ui-mode.ts';

export interface ReporterOptions {
  readonly mode: UiMode;
  /** The plan's state before the first event that will come. */
  readonly tree: TreeState;
  /** Only this plan and its subplans are told of; absent: the whole tree. */
  readonly within?: PlanId;
  /** Nobody can be asked here. */
  readonly takesDefaults?: boolean;
}

/** Who tells of a plan in a mode without a screen. Under `--json` it only keeps the state. */
export async function createReporter(
  session: Pick<Session, 'io' | 'options' | 'output' | 'clock' | 'glyphs'>,
  plan: Pick<PlanSummary, 'workspace'>,
  { mode, tree, within, takesDefaults = false }: ReporterOptions,
): Promise<PlanReporter> {
  const { io, options, output, clock } = session;
  const { verbose } = options;
  const quiet = options.quiet || mode === 'json';
  const shared = {
    output,
    clock,
    tree,
    verbose,
    quiet,
    takesDefaults,
    ...(within === undefined ? {} : { within }),
  };
  if (mode === 'accessible') return new AccessibleReporter({ ...shared, ring: bellOf(io) });
  return new TextReporter({ ...shared, glyphs: await session.glyphs(plan.workspace) });
}

/** Who asks the person at the terminal; null where nobody can be asked. */
export function createPrompter(
  { io, options, output }: Pick<Session, 'io' | 'options' | 'output'>,
  mode: UiMode,
): TerminalPrompter | null {
  const isTerminal = io.stdin.isTTY === true && io.stderr.isTTY;
  if (!isTerminal || !options.input) return null;
  // The sentences hold the question already, if they are heard at the same terminal.
  const isQuestionTold = mode === 'accessible' && io.stdout.isTTY && !options.quiet;
  return new TerminalPrompter(io, output.notePaint, isQuestionTold);
}

const NOTICE_CELLS = 120;

/** On a terminal: its bell, and the notice that many show when their window is not in front (OSC 9). */
function bellOf({ stdout, env }: Pick<CliIo, 'stdout' | 'env'>): (text: string) => void {
  if (!stdout.isTTY) return () => undefined;
  if (env['TERM'] === 'dumb') return () => stdout.write('\u0007');
  return (text) => stdout.write(`\u0007\u001B]9;agents: ${cutCells(text, NOTICE_CELLS)}\u0007`);
}

/** What to know after a run, at most 15 lines, in the manner of a mode. */
export function summaryIn(mode: UiMode, input: SummaryInput, glyphs: Glyphs, paint: Paint): string {
  return mode === 'accessible' ? summarizeInSentences(input) : summarizeRun(input, glyphs, paint);
}

/** How a plan stands, on one line, in the manner of a mode. */
export function standingIn(mode: UiMode, plan: PlanSummary, glyphs: Glyphs, paint: Paint): string {
  if (mode === 'accessible') return `${standingWords(plan)}.`;
  return paint(toneOf(plan), `${glyphs.plan[plan.state]} ${plan.phase}/${plan.state}`);
}
