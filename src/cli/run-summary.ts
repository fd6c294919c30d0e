import type { RunOutcome } from '../app/run-options.ts';
import { TRIGGERS, type Checkpoint } from '../domain/checkpoint.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId } from '../domain/ids.ts';
import {
  decisionsOf,
  resultOf,
  stepsOf,
  subplansOf,
  type DecisionState,
  type PlanState,
  type TreeState,
} from '../domain/plan-state.ts';
import { formatPhaseState, type PlanSummary } from '../domain/plan.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { TRIGGER_WORDS, type Glyphs } from '../tui/words/glyphs.ts';
import type { Tone } from '../tui/words/tone.ts';
import type { ErrorReport } from './error-report.ts';
import type { Paint } from './paint.ts';
import { modelWords } from '../tui/words/model-words.ts';
import { planOutputs } from '../tui/words/plan-outputs.ts';
import { planPath, stepName } from '../tui/words/plan-names.ts';
import { restText } from '../tui/words/rest-text.ts';
import { plansWithin } from './plans-within.ts';
import { countSteps } from './run-shapes.ts';
import { cutCells } from '../tui/words/cells.ts';
import { durationText } from '../tui/words/time-text.ts';

/** A process that runs the plan. */
export interface Runner {
  readonly pid: number;
  /** This command started it; else it only watched. */
  readonly ours: boolean;
}

export interface SummaryInput {
  readonly plan: PlanSummary;
  readonly tree: TreeState;
  readonly outcome: Pick<RunOutcome, 'pausedBecause' | 'error'>;
  readonly checkpoints: readonly Checkpoint[];
  /** Of this run, in milliseconds. */
  readonly durationMs: number;
  /** Who goes on with it; default: nobody. */
  readonly runner?: Runner | null;
  /** Why it couldn't go on when that was asked for; its commands come first. */
  readonly refusal?: Pick<ErrorReport, 'message' | 'nextSteps'> | null;
  /** Only the first line. */
  readonly quiet: boolean;
}

const FAILED_SHOWN = 4;
const OUTPUTS_SHOWN = 4;
const LINE_CELLS = 100;

const STATE_TONES: Readonly<Record<PlanSummary['state'], Tone>> = {
  queued: 'plain',
  processing: 'plain',
  paused: 'attention',
  complete: 'good',
  errored: 'bad',
  cancelled: 'attention',
  applied: 'good',
};

export const toneOf = (plan: Pick<PlanSummary, 'state'>): Tone => STATE_TONES[plan.state];

/** What to know after a run, at most 15 lines: result, counts, failed steps, checkpoints, the commands that come next. */
export function summarizeRun(input: SummaryInput, glyphs: Glyphs, paint: Paint): string {
  const { plan, outcome, durationMs, quiet } = input;
  const because = outcome.pausedBecause === null ? '' : ` (${restText(outcome.pausedBecause)})`;
  const state = `${formatPhaseState(plan.phase, plan.state)}${because}`;
  const name = `${glyphs.plan[plan.state]} ${toPrintableLine(plan.name)} ${shortId(plan.plan_id)}  ${state}`;
  const head = `${paint(toneOf(plan), name)}  ${paint('dim', durationText(durationMs))}`;
  if (quiet) return head;
  const sign = `${glyphs.step.failed} `;
  const why = [
    ...reasonsOf(input, { sign, within: ` ${glyphs.within} ` }),
    ...(input.refusal ? [firstLine(`${sign}${input.refusal.message}`)] : []),
  ];
  const models = modelWords(plansWithin(input.tree, plan.plan_id));
  return [
    '',
    head,
    `  steps        ${stepCounts(input.tree, plan)}`,
    ...why.map((line) => `  ${paint('bad', line)}`),
    ...outputsOf(input).map((line, index) => `  ${index === 0 ? 'outputs' : '       '}      ${line}`),
    `  checkpoints  ${checkpointCounts(input.checkpoints)}`,
    ...(models === '' ? [] : [`  models       ${models}`]),
    ...runnerLines(input),
    `  next         ${nextCommands(input).join('\n               ')}`,
  ].join('\n');
}

/** Only what may surprise: it goes on, or it should and nobody is there. */
function runnerLines({ plan, runner = null }: SummaryInput): readonly string[] {
  if (plan.state !== 'processing') return [];
  if (!runner) return ['  run by       nobody'];
  return [`  run by       process ${runner.pid}${runner.ours ? '' : ', only watched here'}: it goes on`];
}

/** What the plan gives, as far as there is room for it. */
export function outputsOf({ tree, plan }: Pick<SummaryInput, 'tree' | 'plan'>): readonly string[] {
  const lines = planOutputs(resultOf(tree.plans.get(plan.plan_id) as PlanState));
  if (lines.length <= OUTPUTS_SHOWN) return lines;
  return [...lines.slice(0, OUTPUTS_SHOWN - 1), `and ${lines.length - OUTPUTS_SHOWN + 1} more in its status`];
}

const firstLine = (text: string): string =>
  cutCells(toPrintableLine(text.split('\n')[0] as string), LINE_CELLS);

export function stepCounts(tree: TreeState, plan: PlanSummary): string {
  const root = tree.plans.get(plan.plan_id) as PlanState;
  const { total, complete, failed, skipped } = countSteps(stepsOf(root));
  const extra = [
    [failed, 'failed'],
    [skipped, 'skipped'],
  ] as const;
  const words = extra.filter(([count]) => count > 0).map(([count, word]) => `, ${count} ${word}`);
  const subplans = subplansOf(root).length;
  const children = subplans === 0 ? '' : `, ${subplans} ${subplans === 1 ? 'subplan' : 'subplans'}`;
  return `${complete} of ${total} complete${words.join('')}${children}`;
}

/** What stands before a failed step, and between the names that lead to it. */
interface FailureWords {
  readonly sign: string;
  readonly within: string;
}

/** Why the plan did not end well: its failed steps, or else its error; none if it did. */
export function reasonsOf(
  { tree, outcome }: Pick<SummaryInput, 'tree' | 'outcome'>,
  words: FailureWords,
): readonly string[] {
  const failed = failedSteps(tree, words);
  return failed.length === 0 && outcome.error !== null ? [firstLine(outcome.error.message)] : failed;
}

function failedSteps(tree: TreeState, { sign, within }: FailureWords): readonly string[] {
  const lines = plansWithin(tree, tree.rootId ?? '').flatMap((plan) =>
    stepsOf(plan)
      .filter(({ status }) => status === 'failed')
      .map((step) => {
        const names = [...planPath(tree, plan.planId), stepName(plan, step.id)].join(within);
        return firstLine(`${sign}${names}: ${step.error?.message}`);
      }),
  );
  if (lines.length <= FAILED_SHOWN) return lines;
  return [...lines.slice(0, FAILED_SHOWN), `and ${lines.length - FAILED_SHOWN} more failed steps`];
}

export function checkpointCounts(checkpoints: readonly Checkpoint[]): string {
  if (checkpoints.length === 0) return 'none';
  const counts = TRIGGERS.map(
    (trigger) => [trigger, checkpoints.filter((c) => c.trigger === trigger).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([trigger, count]) => `${count} ${TRIGGER_WORDS[trigger]}`);
  return `${checkpoints.length} kept: ${counts.join(', ')}`;
}

/** The exact commands that make sense now, most useful first. */
export function nextCommands(input: SummaryInput): readonly string[] {
  const { plan, tree, checkpoints, runner = null, refusal = null } = input;
  const id = shortId(plan.plan_id);
  const goesOn = plan.state === 'processing' && runner !== null;
  const rests = !goesOn && !isFinal(plan.state);
  const goOn = refusal?.nextSteps ?? [`agents plan execute ${id}`];
  const last = checkpoints.at(-1)?.number;
  const commands = [
    ...(rests ? answerCommands(tree, id) : []),
    ...(rests ? goOn : []),
    ...(goesOn ? [`agents plan watch ${id}`, `agents plan pause ${id}`] : []),
    ...(plan.state === 'errored' ? [`agents plan errors ${id}`, `agents plan retry ${id}`] : []),
    `agents plan status ${id}`,
    ...(checkpoints.length === 0 ? [] : [`agents plan checkpoint list ${id} --tree`]),
    ...(last === undefined ? [] : [`agents plan checkpoint show ${id} ${last}`]),
  ];
  return commands.slice(0, 4);
}

/** How the first question that waits is answered; none if nothing waits. */
export function answerCommands(tree: TreeState, id: string): readonly string[] {
  const waiting = [...tree.plans.values()]
    .flatMap((plan: PlanState) => decisionsOf(plan))
    .find(({ chosen }) => chosen === null);
  return waiting ? [answerCommand(waiting, id)] : [];
}

/** `id` names the plan as people type it. */
export function answerCommand({ step_id, id: own, options }: DecisionState, id: string): string {
  const choices = options.map((option) => option.id).join('|') || 'TEXT';
  return toPrintableLine(`agents plan answer ${id} ${step_id ?? own} ${choices}`);
}
