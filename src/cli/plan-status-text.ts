import type { Checkpoint } from '../domain/checkpoint.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId } from '../domain/ids.ts';
import {
  decisionForStep,
  phaseOf,
  resultOf,
  runStateOf,
  stepsOf,
  subplansOf,
  type PlanState,
  type StepState,
  type SubplanState,
  type TreeState,
} from '../domain/plan-state.ts';
import { formatPhaseState, type PlanSummary } from '../domain/plan.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { Lease } from '../ports/lease-store.ts';
import type { Liveness } from '../ports/process-table.ts';
import { checkpointTable, valueText } from './checkpoint-views.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';
import type { Tone } from '../tui/words/tone.ts';
import type { Paint } from './paint.ts';
import { modelWords } from '../tui/words/model-words.ts';
import { planOutputs } from '../tui/words/plan-outputs.ts';
import { planPath, stepName } from '../tui/words/plan-names.ts';
import { answerCommand, toneOf } from './run-summary.ts';
import { plansWithin } from './plans-within.ts';
import { formatTable } from './table.ts';
import { ageText, durationText } from '../tui/words/time-text.ts';

export interface StatusInput {
  readonly plan: PlanSummary;
  readonly tree: TreeState;
  /** Of the whole tree, in order. */
  readonly checkpoints: readonly Checkpoint[];
  /** One line: who runs it. */
  readonly runner: string;
  readonly glyphs: Glyphs;
  readonly paint: Paint;
  readonly now: number;
}

const CHECKPOINTS_SHOWN = 5;
const MARKS_SHOWN = 4;

const STEP_TONES: Readonly<Record<StepState['status'], Tone>> = {
  pending: 'dim',
  running: 'accent',
  complete: 'good',
  failed: 'bad',
  skipped: 'dim',
  cancelled: 'dim',
};

/** A plan at a glance: its tree of steps with their checkpoints, and the last checkpoints. */
export function statusText(input: StatusInput): string {
  const { plan, tree, checkpoints, runner, paint, glyphs } = input;
  const head = `${glyphs.plan[plan.state]} ${toPrintableLine(plan.name)} ${shortId(plan.plan_id)}`;
  const state = tree.plans.get(plan.plan_id) as PlanState;
  const outputs = planOutputs(resultOf(state));
  const models = modelWords(plansWithin(tree, plan.plan_id));
  const lines = [
    [
      paint(toneOf(plan), `${head}  ${formatPhaseState(plan.phase, plan.state)}`),
      ...(runner === '' ? [] : [paint('dim', runner)]),
    ].join('  '),
    ...(plan.goal === null ? [] : [`  ${toPrintableLine(plan.goal)}`]),
    paint('dim', `  ${plan.plan_id}  in ${toPrintableLine(plan.workspace)}`),
    ...(plan.error === null ? [] : [`  ${paint('bad', toPrintableLine(plan.error.message))}`]),
    '',
    formatTable(stepRows(input, state, 1)),
    '',
    ...(models === '' ? [] : [`${paint('strong', 'Models')} ${models}`, '']),
    ...(outputs.length === 0 ? [] : [paint('strong', 'Outputs'), ...outputs.map((line) => `  ${line}`), '']),
    `${paint('strong', 'Checkpoints')} ${checkpoints.length > CHECKPOINTS_SHOWN ? `the last ${CHECKPOINTS_SHOWN} of ` : ''}${checkpoints.length}`,
  ];
  const last = checkpoints.slice(-CHECKPOINTS_SHOWN);
  return [...lines, ...(last.length === 0 ? [] : [checkpointTable(last, input, planNames(input))])].join(
    '\n',
  );
}

/** Where a list has checkpoints of subplans too: whose each one is. */
function planNames({ plan, tree, glyphs }: StatusInput): ReadonlyMap<string, string> | null {
  if (tree.plans.size < 2) return null;
  const nameOf = (planId: string): string => planPath(tree, planId).join(` ${glyphs.within} `) || plan.name;
  return new Map([...tree.plans.keys()].map((planId) => [planId, nameOf(planId)]));
}

function stepRows(input: StatusInput, plan: PlanState, depth: number): readonly (readonly string[])[] {
  return stepsOf(plan).flatMap((step) => [
    stepRow(input, plan, step, depth),
    ...subplansOf(plan)
      .filter(({ step_id }) => step_id === step.id)
      .flatMap((subplan) => childRows(input, subplan, depth + 1)),
  ]);
}

function stepRow(
  { glyphs, paint, checkpoints, now }: StatusInput,
  plan: PlanState,
  step: StepState,
  depth: number,
): readonly string[] {
  const decision = decisionForStep(plan, step.id);
  const waits = decision?.chosen === null;
  const glyph = waits ? glyphs.waiting : glyphs.step[step.status];
  const name = `${'  '.repeat(depth)}${glyph} ${toPrintableLine(stepName(plan, step.id))}`;
  const marks = checkpoints
    .filter((checkpoint) => checkpoint.plan_id === plan.planId && checkpoint.step_id === step.id)
    .slice(-MARKS_SHOWN)
    .map(({ trigger, number }) => `${glyphs.trigger[trigger]}${number}`);
  return [
    paint(waits ? 'attention' : STEP_TONES[step.status], name),
    paint('accent', marks.join(' ')),
    ranFor(step, now),
    waits ? answerCommand(decision, shortId(plan.planId)) : stepNote(step, decision?.chosen),
  ];
}

function ranFor({ started_at, ended_at, status }: StepState, now: number): string {
  if (started_at === null || (ended_at === null && status !== 'running')) return '';
  return durationText((ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at));
}

function stepNote(step: StepState, chosen: Parameters<typeof valueText>[0]): string {
  const text = step.error?.message ?? step.reason ?? (chosen === undefined ? '' : valueText(chosen));
  return toPrintableLine(text);
}

function childRows(input: StatusInput, subplan: SubplanState, depth: number): readonly (readonly string[])[] {
  const child = input.tree.plans.get(subplan.plan_id) as PlanState;
  const again = subplan.attempt > 1 ? `attempt ${subplan.attempt} of ${subplan.max_retries + 1}` : '';
  const name = `${'  '.repeat(depth)}${input.glyphs.plan[subplan.status]} ${toPrintableLine(subplan.name)}`;
  const state = formatPhaseState(phaseOf(child), runStateOf(child));
  return [[input.paint('strong', name), '', again, state], ...stepRows(input, child, depth + 1)];
}

/** The lease of a plan, and whether its holder still lives. */
export interface Holder {
  readonly lease: Lease;
  readonly liveness: Liveness;
}

/** Who runs a plan, in words; empty for a plan that has ended. */
export function describeRunner(
  { state }: Pick<PlanSummary, 'state'>,
  holder: Holder | null,
  now: number,
): string {
  if (holder === null || holder.liveness === 'gone') return isFinal(state) ? '' : 'nobody runs it';
  const { host, pid } = holder.lease.holder;
  const where = holder.liveness === 'unknown' ? ` on ${host}` : '';
  return `run by pid ${pid}${where} for ${ageText(holder.lease.since, now)}`;
}
