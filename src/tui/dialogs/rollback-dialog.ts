import { EXCLUSION_WORDS } from '../words/file-words.ts';
import { textOfPath } from '../../domain/raw-path.ts';
import { runStateOf, stepsOf } from '../../domain/plan-state.ts';
import type { RollbackPreview } from '../../ports/rollback-control.ts';
import { verbCounts } from '../detail/patch-lines.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { PlanView } from '../store/plan-view.ts';
import { rollbackChoices } from '../ui/dialog-choices.ts';
import { isRunning } from '../ui/plan-standing.ts';
import { listedOn, partOf, type RollbackDialog, type RollbackPart } from '../ui/rollback-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { countText } from '../words/rollback-result.ts';
import { padCells } from '../words/cells.ts';
import { BLANK, dialogRoom, FRAME_LINES, words, type DialogContent } from './dialog-content.ts';
import { paragraph } from './paragraph.ts';
import { choiceContent } from './question-dialogs.ts';
import { listPage, patchPage } from './rollback-pages.ts';

const ACCEPTED = 'its result is accepted: rollback is closed, forks are not; its last checkpoint is pinned';
/** Its state is about all paths. */
const PARTLY = 'stays: it goes back only with all paths';
const WIDTH = 74;
const HEAD_CELLS = 14;
/** Of what can't be undone, and of paths that stay, so many are named. */
const NAMED = 4;

/** What going back would do, before anything is done: the impact, the paths, the conflicts, a path's patch. */
export function rollbackContent(
  dialog: RollbackDialog,
  model: Pick<ScreenModel, 'view' | 'layout' | 'patchLines'>,
  glyphs: Glyphs,
  room: number,
): DialogContent {
  if (dialog.patch) return patchPage(dialog.patch, model, room);
  if (dialog.page !== 'rollback') return listPage(dialog, listedOn(dialog), model, glyphs, room);
  const width = Math.min(WIDTH, room);
  const said = dialog.preview
    ? impactLines(dialog, dialog.preview, model.view, width)
    : [words(lookingText(dialog), 'dim')];
  const title = titleOf(dialog, model.view);
  const content = choiceContent(title, said, rollbackChoices(dialog), dialog.selected, glyphs);
  return content.lines.length > dialogRoom(model.layout).height - FRAME_LINES
    ? withoutBlanks(content)
    : content;
}

/** On a low screen what is said counts more than the room around it. */
function withoutBlanks(content: DialogContent): DialogContent {
  const before = content.lines.slice(0, content.selected).filter(({ length }) => length > 0);
  return { ...content, lines: content.lines.filter(({ length }) => length > 0), selected: before.length };
}

function titleOf(dialog: RollbackDialog, { checkpoints }: PlanView): string {
  const { purpose, preview, checkpointId, order } = dialog;
  if (order?.kind === 'correct')
    return `Take ${safeText(order.choice)} at ${safeText(order.decision)} instead?`;
  if (purpose === 'apply') return 'Accept the result for good?';
  const number = preview?.target.number ?? checkpoints.byId(checkpointId)?.number;
  const where = number === undefined ? '' : ` to checkpoint ${number}`;
  if (purpose === 'undo') return `Undo the last rollback: back${where}?`;
  const part = partOf(dialog);
  return part && part.count > 0
    ? `Roll back ${part.count} of ${part.all} paths${where}?`
    : `Roll back${where}?`;
}

const lookingText = ({ progress }: RollbackDialog): string =>
  progress === '' ? 'looking at what this would do' : progress;

function impactLines(
  dialog: RollbackDialog,
  preview: RollbackPreview,
  view: PlanView,
  width: number,
): readonly Line[] {
  if (preview.isNothing && !dialog.order)
    return [words('Nothing to do: plan and files are as they were then.')];
  const { conflicts, excluded, damaged, heads, compensations = [] } = preview;
  const offered = compensations.filter(({ call }) => call !== null);
  const unfilled = compensations.filter(({ call }) => call === null);
  const notUndone = [
    ...preview.notUndone,
    ...unfilled.map(({ stepId }) => ({ step_id: stepId, what: 'its compensation could not be filled' })),
  ];
  const part = partOf(dialog);
  const fact = (head: string, text: string, tone: Line[number]['tone'] = 'plain'): readonly Line[] =>
    paragraph(text, width - HEAD_CELLS, tone).map((row, index): Line => [
      { text: padCells(index === 0 ? head : '', HEAD_CELLS), tone: 'dim' },
      ...row,
    ]);
  return [
    ...fact('plan state', part ? PARTLY : stateText(preview, dialog.purpose)),
    ...fact('files', filesText(preview, part)),
    ...(conflicts.length === 0 ? [] : fact('conflicts', conflictText(preview), 'attention')),
    ...(damaged.length === 0
      ? []
      : fact('damaged', `stored content is missing or damaged: ${named(damaged.map(pathText))}`, 'bad')),
    ...(excluded.length === 0
      ? []
      : fact(
          'stays',
          `never touched: ${named(excluded.map(({ path, reason }) => `${pathText(path)} (${EXCLUSION_WORDS[reason]})`))}`,
        )),
    ...(isRunning(view) ? fact('running', runningText(view), 'attention') : []),
    ...(notUndone.length === 0
      ? []
      : fact(
          'not undone',
          named(notUndone.map(({ step_id, what }) => safeText(`${what} (${step_id})`))),
          'attention',
        )),
    ...(offered.length === 0
      ? []
      : fact(
          'offered then',
          `what takes back what they did elsewhere: ${named(offered.map(({ number, stepId }) => safeText(`${number} (${stepId})`)))}`,
        )),
    ...heads.flatMap(({ path, before, after }) =>
      fact(
        'HEAD moved',
        safeText(`${textOfPath(path)}: ${before} then, ${after} now; files go back, HEAD doesn't`),
      ),
    ),
    BLANK,
    ...(dialog.isLooking ? [words(lookingText(dialog), 'dim')] : wayBackLines(dialog, preview, view, width)),
  ];
}

function stateText({ scope, impact, counts }: RollbackPreview, purpose: RollbackDialog['purpose']): string {
  if (purpose === 'apply') return ACCEPTED;
  if (scope === 'files_only') return 'stays';
  const { steps, decisions, tool_calls, child_plans } = impact;
  if (steps + decisions + tool_calls + child_plans === 0)
    return 'no step goes back; the plan stands as it did then';
  if (counts) return countsText(counts);
  const back = [
    [steps, 'step', 'steps'],
    [decisions, 'decision', 'decisions'],
    [tool_calls, 'tool call', 'tool calls'],
    [child_plans, 'subplan', 'subplans'],
  ] as const;
  const parts = back.flatMap(([count, one, many]) => (count === 0 ? [] : [countText(count, one, many)]));
  return `${parts.join(', ')} ${purpose === 'undo' ? 'come back' : 'go back'}`;
}

/** `17 steps done, then 9; 3 decisions, then 2`: what stays as it is isn't told, unless nothing else is. */
function countsText({ before, after }: NonNullable<RollbackPreview['counts']>): string {
  const parts = [
    ['steps', 'step done', 'steps done'],
    ['decisions', 'decision of yours', 'decisions of yours'],
    ['child_plans', 'subplan', 'subplans'],
  ] as const;
  const changed = parts.filter(([key]) => before[key] !== after[key]);
  const told = changed.length === 0 ? parts.slice(0, 1) : changed;
  return told
    .map(([key, one, many]) => `${countText(before[key], one, many)}, then ${after[key]}`)
    .join(' · ');
}

function filesText({ scope, actions }: RollbackPreview, part: RollbackPart | null): string {
  if (scope === 'plan_only')
    return 'stay as they are: this checkpoint holds none, or only the state goes back';
  if (actions.length === 0) return 'none changes';
  if (part?.count === 0) return `stay: all ${part.all} paths are left out  (l shows them)`;
  const going = actions.filter(({ path }) => part?.left.has(path) !== true);
  const counts = verbCounts(going.map(({ from, to }) => ({ before: from, after: to })));
  const paths = part
    ? `${part.count} of ${part.all} paths change`
    : countText(actions.length, 'path changes', 'paths change');
  return `${paths}: ${counts}  (l shows them)`;
}

function conflictText({ conflicts }: RollbackPreview): string {
  const kinds = (['keep', 'take', 'both'] as const).flatMap((kind) => {
    const count = conflicts.filter(({ resolution }) => resolution === kind).length;
    return count === 0 ? [] : [`${count} ${RESOLUTION_WORDS[kind]}`];
  });
  return `changed by somebody else: ${kinds.join(', ')}  (c decides)`;
}

const RESOLUTION_WORDS = {
  keep: 'kept as now',
  take: 'taken back',
  both: 'taken back and saved beside',
} as const;

/** The running steps by name; the plan is stopped before anything goes back. */
function runningText({ tree }: PlanView): string {
  const steps = [...tree.plans.values()].flatMap((plan) =>
    runStateOf(plan) === 'processing' ? stepsOf(plan).filter(({ status }) => status === 'running') : [],
  );
  if (steps.length === 0) return 'the plan is stopped first';
  const [are, names] = [steps.length > 1 ? 'are' : 'is', named(steps.map(({ id }) => safeText(id)))];
  return `${names} ${are} stopped first, and pending again`;
}

/** Accepting a result keeps what was there only where files of a folder become others. */
function wayBackLines(
  { purpose }: RollbackDialog,
  { actions }: RollbackPreview,
  view: PlanView,
  width: number,
): readonly Line[] {
  if (purpose === 'apply' && actions.length === 0) return [words('There is no way back from this.')];
  return paragraph(`${safetyName(view)} is taken first: u undoes this.`, width);
}

/** Its number is known where nobody else takes checkpoints meanwhile. */
function safetyName(view: PlanView): string {
  const last = view.checkpoints.last();
  return isRunning(view) || !last ? 'A safety checkpoint' : `Safety checkpoint ${last.number + 1}`;
}

const pathText = (path: string): string => safeText(textOfPath(path));

function named(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
