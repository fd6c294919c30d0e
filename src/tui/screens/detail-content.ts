import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ErrorValue } from '../../domain/errors.ts';
import type { CallId, CheckpointId, PlanId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { snapshotOf } from '../../domain/state-snapshot.ts';
import { safeText } from '../lines/safe-text.ts';
import { decisionLines } from '../detail/decision-lines.ts';
import { diffLines } from '../detail/diff-lines.ts';
import { callsShown } from '../detail/calls-shown.ts';
import type { logLines } from '../detail/log-lines.ts';
import { nodeStateLines, stateLines } from '../detail/state-lines.ts';
import type { Line } from '../lines/line.ts';
import type { CheckpointRows } from '../rows/checkpoint-rows.ts';
import type { NodeRef, TreeRow } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { UiState } from '../ui/ui-state.ts';
import { fileDifference, filesContent } from './file-content.ts';
import { isReadError, type FileReader } from './file-reader.ts';
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
  /** As it is shown: how it was at a checkpoint, or as it is now. */
  readonly view: PlanView;
  /** As it is now. */
  readonly live: PlanView;
  readonly ui: UiState;
  readonly subject: DetailSubject;
  readonly glyphs: Glyphs;
  readonly snapshot: SnapshotReader;
  readonly files: FileReader;
  readonly log: typeof logLines;
}

/** What the selection of the list that was used last stands for. */
export function detailSubject(
  ui: UiState,
  treeRows: readonly TreeRow[],
  checkpointRows: CheckpointRows,
): DetailSubject {
  if (ui.lastList === 'checkpoints') {
    const checkpoint = checkpointRows.byId(ui.checkpointSelected)?.checkpoint;
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
    case 'files':
      return filesContent(options, subject.checkpoint ?? lastOfStep(view, subject.node));
  }
}

/** What is compared, the older state first; null: now. */
export type DiffSides = readonly [Checkpoint, Checkpoint | null];

/** The two that are compared; a text if there aren't two. */
export function diffSides({ view, live, ui, subject }: DetailOptions): DiffSides | string {
  const b = subject.checkpoint ?? lastOfStep(view, subject.node);
  if (!b)
    return subject.node?.kind === 'step'
      ? 'No checkpoint was taken in this step: there is nothing to compare. How it stands:'
      : 'Select a checkpoint (2), or a step that has one, to see what changed.';
  if (ui.diffNow?.id === b.id) return [b, null];
  const marked = live.checkpoints.byId(ui.mark);
  const a = marked ?? parentOf(live, b) ?? previousOf(live, b);
  if (!a) return `Checkpoint ${b.number} is the first of its plan: mark another one (Space) to compare.`;
  return a.id === b.id ? `Checkpoint ${b.number} is A itself: select another one to compare.` : [a, b];
}

function diffContent(options: DetailOptions): readonly Line[] {
  const sides = diffSides(options);
  if (typeof sides === 'string') return [[{ text: sides, tone: 'dim' }], ...whatItDid(options)];
  const [from, to] = sides;
  const { glyphs, live } = options;
  const files = fileDifference(options, sides);
  const withBoth = (title: string, before: JsonObject, after: JsonObject, b: string): readonly Line[] =>
    diffLines({ a: { title, snapshot: before }, b: { title: b, snapshot: after } }, { glyphs, files });
  if (to === null) {
    const then = heldBy(from);
    const plan = live.tree.plans.get(from.plan_id);
    const now = plan ? snapshotOf(plan) : NOT_YET;
    return withState(options, then, (before) => withBoth(then.title, before, now, 'now'));
  }
  const [a, b] = [thenOf(live, from, to), heldBy(to)];
  return withState(options, a, (before) =>
    withState(options, b, (after) => withBoth(a.title, before, after, b.title)),
  );
}

/** Of a step in which no checkpoint was taken there is nothing to compare, but something to see. */
function whatItDid({ view, subject: { node, checkpoint }, glyphs }: DetailOptions): readonly Line[] {
  const hasNone = checkpoint === null && node?.kind === 'step' && !lastOfStep(view, node);
  return hasNone ? [[], ...nodeStateLines(view, node, { glyphs })] : [];
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
  if (!isReadError(state)) return show(state);
  const text = `${safeText(title)} can't be read: ${safeText(state.message)}`;
  return [[{ text, tone: 'bad' }]];
}

function lastOfStep(view: PlanView, node: NodeRef | null): Checkpoint | undefined {
  if (node?.kind !== 'step') return undefined;
  return view.checkpoints.lastOfStep(node.planId, node.stepId, 1)[0];
}

/** The checkpoint before it on its branch: after a rollback that isn't the one of the number before. */
function parentOf(view: PlanView, { parent_id }: Checkpoint): Checkpoint | undefined {
  return view.checkpoints.byId(parent_id);
}

function previousOf(view: PlanView, checkpoint: Checkpoint): Checkpoint | undefined {
  for (let index = view.checkpoints.indexOf(checkpoint.id) - 1; index >= 0; index -= 1) {
    const one = view.checkpoints.at(index);
    if (one?.plan_id === checkpoint.plan_id) return one;
  }
  return undefined;
}
