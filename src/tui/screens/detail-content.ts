import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ErrorValue } from '../../domain/errors.ts';
import type { CallId, CheckpointId, PlanId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { safeText } from '../lines/safe-text.ts';
import { decisionLines } from '../detail/decision-lines.ts';
import { diffLines } from '../detail/diff-lines.ts';
import { callsShown } from '../detail/calls-shown.ts';
import type { logLines } from '../detail/log-lines.ts';
import { nodeStateLines, stateLines } from '../detail/state-lines.ts';
import type { Line } from '../lines/line.ts';
import type { CheckpointRow } from '../rows/checkpoint-row.ts';
import type { NodeRef, TreeRow } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { UiState } from '../ui/ui-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { planPath } from '../words/plan-names.ts';

/** What the detail pane is about. */
export interface DetailSubject {
  /** null: the whole tree. */
  readonly node: NodeRef | null;
  /** Set when a checkpoint is selected. */
  readonly checkpoint: Checkpoint | null;
  /** How it is called, printable. */
  readonly title: string;
}

/** A state of the past: what a checkpoint holds, or a plan at a place of the journal. */
export type StateWanted =
  | { readonly checkpointId: CheckpointId }
  | { readonly planId: PlanId; readonly seq: number };

/** The state; null: the plan wasn't there yet; the error if it can't be read; undefined: not yet read. */
export type SnapshotReader = (wanted: StateWanted) => JsonObject | ErrorValue | null | undefined;

export interface DetailOptions {
  readonly view: PlanView;
  readonly ui: UiState;
  readonly subject: DetailSubject;
  readonly glyphs: Glyphs;
  readonly snapshot: SnapshotReader;
  readonly log: typeof logLines;
}

/** What the selection of the list that was used last stands for. */
export function detailSubject(
  ui: UiState,
  treeRows: readonly TreeRow[],
  checkpointRows: readonly CheckpointRow[],
): DetailSubject {
  if (ui.lastList === 'checkpoints') {
    const checkpoint = checkpointRows.find(({ id }) => id === ui.checkpointSelected)?.checkpoint;
    if (checkpoint) return { node: nodeOf(checkpoint), checkpoint, title: `checkpoint ${checkpoint.number}` };
  }
  const row = treeRows.find(({ id }) => id === ui.planSelected);
  return { node: row?.node ?? null, checkpoint: null, title: row?.name ?? 'the whole plan' };
}

function nodeOf({ plan_id, step_id }: Checkpoint): NodeRef | null {
  return step_id === null ? null : { kind: 'step', planId: plan_id, stepId: step_id };
}

/** The calls whose output the detail shows. */
export function detailCalls({ view, ui, subject }: DetailOptions): readonly CallId[] {
  return ui.tab === 'log' ? callsShown(view, subject.node) : [];
}

/** The lines of the detail's tab, as long as they are. */
export function detailContent(options: DetailOptions): readonly Line[] {
  const { view, ui, subject, glyphs } = options;
  switch (ui.tab) {
    case 'log':
      return options.log(view, subject.node, { timestamps: ui.timestamps, glyphs });
    case 'decision':
      return decisionLines(view, subject.node, { glyphs });
    case 'state':
      return subject.checkpoint
        ? withState(options, heldBy(subject.checkpoint), (state) => stateLines(state, { glyphs }))
        : nodeStateLines(view, subject.node, { glyphs });
    case 'diff':
      return diffContent(options);
  }
}

/** The two checkpoints that are compared, the older state first; a text if there aren't two. */
export function diffSides({ view, ui, subject }: DetailOptions): readonly [Checkpoint, Checkpoint] | string {
  const b = subject.checkpoint ?? lastOfStep(view, subject.node);
  if (!b) return 'Select a checkpoint (2), or a step that has one, to see what changed.';
  const marked = view.checkpoints.find(({ id }) => id === ui.mark);
  const a = marked ?? previousOf(view, b);
  if (!a) return `Checkpoint ${b.number} is the first of its plan: mark another one (Space) to compare.`;
  return a.id === b.id ? `Checkpoint ${b.number} is A itself: select another one to compare.` : [a, b];
}

function diffContent(options: DetailOptions): readonly Line[] {
  const sides = diffSides(options);
  if (typeof sides === 'string') return [[{ text: sides, tone: 'dim' }]];
  const [a, b] = [thenOf(options.view, ...sides), heldBy(sides[1])];
  return withState(options, a, (before) =>
    withState(options, b, (after) =>
      diffLines(
        { a: { title: a.title, snapshot: before }, b: { title: b.title, snapshot: after } },
        { glyphs: options.glyphs },
      ),
    ),
  );
}

interface PastState {
  readonly wanted: StateWanted;
  readonly title: string;
}

function heldBy({ id, number }: Checkpoint): PastState {
  return { wanted: { checkpointId: id }, title: `ckpt ${number}` };
}

/** What `b` is compared with: a checkpoint of another plan stands for the state of b's plan at that moment. */
function thenOf(view: PlanView, a: Checkpoint, b: Checkpoint): PastState {
  if (a.plan_id === b.plan_id) return heldBy(a);
  const name = planPath(view.tree, b.plan_id).at(-1) ?? view.name;
  const title = `ckpt ${a.number} (${name} as it was then)`;
  return { wanted: { planId: b.plan_id, seq: a.seq }, title };
}

/** Where a plan wasn't there yet, all that it has is new. */
const NOT_YET: JsonObject = {};

function withState(
  { snapshot }: DetailOptions,
  { wanted, title }: PastState,
  show: (state: JsonObject) => readonly Line[],
): readonly Line[] {
  const state = snapshot(wanted);
  if (state === undefined) return [[{ text: `reading ${safeText(title)}`, tone: 'dim' }]];
  if (state === null) return show(NOT_YET);
  if (!isError(state)) return show(state);
  const text = `${safeText(title)} can't be read: ${safeText(state.message)}`;
  return [[{ text, tone: 'bad' }]];
}

/** A snapshot has no code; an error always has one. */
function isError(state: JsonObject | ErrorValue): state is ErrorValue {
  return 'code' in state;
}

function lastOfStep(view: PlanView, node: NodeRef | null): Checkpoint | undefined {
  if (node?.kind !== 'step') return undefined;
  const isOfStep = (one: Checkpoint): boolean => one.step_id === node.stepId && one.plan_id === node.planId;
  return view.checkpoints.findLast(isOfStep);
}

function previousOf(view: PlanView, checkpoint: Checkpoint): Checkpoint | undefined {
  const isBefore = (one: Checkpoint): boolean =>
    one.plan_id === checkpoint.plan_id && one.number < checkpoint.number;
  return view.checkpoints.findLast(isBefore);
}
