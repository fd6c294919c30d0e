import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { DecisionState, StepState } from '../../domain/plan-state.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { Glyphs } from '../words/glyphs.ts';
import {
  durationOf,
  hiddenInfo,
  infoOf,
  marksOf,
  signOf,
  standingOf,
  type NodeStanding,
} from './node-look.ts';
import { checkpointsOfStep, isSameMarks } from './step-marks.ts';
import { treeNodes, type TreeNode } from './tree-nodes.ts';
import type { TreeRow } from './tree-row.ts';

export interface TreeOptions {
  /** By row id: true open, false folded; others fold by what they hold. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** Only rows that have this text, with what leads to them; empty: all. */
  readonly filter: string;
  /** The id of a row whose ancestors don't fold by themselves. */
  readonly keepOpen: string | null;
  /** Told of each branch that is open for that row alone. */
  readonly onKeptOpen?: () => void;
  readonly glyphs: Glyphs;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A node with what has to be known of all below it before its fold is decided. */
interface Branch {
  readonly node: TreeNode;
  readonly standing: NodeStanding;
  readonly children: readonly Branch[];
  /** It or something below it runs, has failed, rests half done or waits. */
  readonly isLively: boolean;
  /** The row to keep open is below it. */
  readonly holdsKept: boolean;
  /** Below it. */
  readonly waiting: number;
}

/** The rows of the plan's tree, from top to bottom. */
export function treeRows(view: PlanView, options: TreeOptions): readonly TreeRow[] {
  const wanted = options.filter.toLowerCase();
  const branches = treeNodes(view).flatMap((node) => toBranch(node, wanted, options.keepOpen));
  const rows: TreeRow[] = [];
  for (const branch of branches) addRows(rows, branch, 0, { view, options, wanted });
  return rows;
}

/** Nothing if neither the node nor anything below it has the wanted text. */
function toBranch(node: TreeNode, wanted: string, kept: string | null): readonly Branch[] {
  const children = node.children.flatMap((child) => toBranch(child, wanted, kept));
  const isWanted = wanted === '' || children.length > 0 || hasText(node, wanted);
  if (!isWanted) return [];
  const standing = standingOf(node.subject);
  const branch = {
    node,
    standing,
    children,
    isLively: standing !== 'quiet' || children.some((child) => child.isLively),
    holdsKept: kept !== null && children.some((child) => child.node.id === kept || child.holdsKept),
    waiting: children.reduce(
      (count, child) => count + child.waiting + (child.standing === 'waits' ? 1 : 0),
      0,
    ),
  };
  return [branch];
}

function hasText(node: TreeNode, wanted: string): boolean {
  return `${node.name} ${infoOf(node.subject).text}`.toLowerCase().includes(wanted);
}

interface Context {
  readonly view: PlanView;
  readonly options: TreeOptions;
  readonly wanted: string;
}

function isOpen(branch: Branch, { options, wanted }: Context): boolean {
  // What was looked for must be seen.
  if (wanted !== '') return true;
  const chosen = options.folds.get(branch.node.id);
  if (chosen !== undefined) return chosen;
  // Earlier attempts are for whoever asks.
  const isForAttempts = branch.children.every(({ node }) => node.subject.kind === 'attempt');
  // The steps of the root plan are what one opens the screen for.
  if (!isForAttempts && (branch.node.ref.kind === 'phase' || branch.isLively)) return true;
  if (branch.holdsKept) options.onKeptOpen?.();
  return branch.holdsKept;
}

function addRows(rows: TreeRow[], branch: Branch, depth: number, context: Context): void {
  const isLeaf = branch.children.length === 0;
  const open = !isLeaf && isOpen(branch, context);
  rows.push(toRow(branch, depth, isLeaf ? 'leaf' : open ? 'open' : 'folded', context));
  if (!open) return;
  for (const child of branch.children) addRows(rows, child, depth + 1, context);
}

interface KnownRow {
  readonly row: TreeRow;
  readonly decision: DecisionState | null;
  readonly corrected: DecisionState | null;
  readonly marks: readonly Checkpoint[];
  readonly glyphs: Glyphs;
}

/** Most steps of a long plan have ended, or haven't begun: their rows stay as they are. */
const knownRows = new WeakMap<StepState, KnownRow>();

function toRow(branch: Branch, depth: number, fold: TreeRow['fold'], context: Context): TreeRow {
  const { ref, subject } = branch.node;
  const marks =
    ref.kind === 'step' && subject.kind === 'step'
      ? checkpointsOfStep(context.view.checkpoints, ref.planId, ref.stepId)
      : NO_CHECKPOINTS;
  if (subject.kind !== 'step' || fold !== 'leaf') return makeRow(branch, depth, fold, marks, context);
  const { glyphs } = context.options;
  const { step, decision, corrected } = subject;
  const known = knownRows.get(step);
  const isSame =
    known?.row.depth === depth &&
    known.decision === decision &&
    known.corrected === corrected &&
    isSameMarks(known.marks, marks) &&
    known.glyphs === glyphs;
  // What runs grows older.
  if (isSame && step.status !== 'running') return known.row;
  const row = makeRow(branch, depth, fold, marks, context);
  knownRows.set(step, { row, decision, corrected, marks, glyphs });
  return row;
}

const NO_CHECKPOINTS: readonly Checkpoint[] = [];

function makeRow(
  branch: Branch,
  depth: number,
  fold: TreeRow['fold'],
  marks: readonly Checkpoint[],
  { options: { glyphs, now } }: Context,
): TreeRow {
  const { node, standing, children } = branch;
  const own = infoOf(node.subject);
  const info = fold === 'folded' && own.text === '' ? hiddenInfo(node, branch.waiting) : own;
  // What runs or failed inside an open branch has a row of its own: that one is meant by "the running step".
  const isInnermost = (...wanted: readonly NodeStanding[]): boolean =>
    standing === wanted[0] && (fold !== 'open' || !children.some((child) => wanted.includes(child.standing)));
  return {
    id: node.id,
    parentId: node.parentId,
    node: node.ref,
    depth,
    fold,
    ...signOf(node.subject, glyphs),
    name: node.name,
    info: info.text,
    infoTone: info.tone,
    marks: marksOf(marks, glyphs),
    duration: durationOf(node.subject, now),
    running: isInnermost('running', 'waits'),
    failed: isInnermost('failed'),
    waits: standing === 'waits' || (fold === 'folded' && branch.waiting > 0),
  };
}
