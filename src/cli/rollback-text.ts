import type { Compensation } from '../domain/compensation.ts';
import { shortId } from '../domain/ids.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { textOfPath, type RawPath } from '../domain/raw-path.ts';
import type { RollbackPreview, RollbackResult } from '../ports/rollback-control.ts';
import { callText } from '../tui/words/compensation-words.ts';
import type { FileVerb } from '../tui/words/file-patch.ts';
import { EXCLUSION_WORDS } from '../tui/words/file-words.ts';
import type { Tone } from '../tui/words/tone.ts';
import type { Paint } from './paint.ts';
import { typedPath } from './path-option.ts';
import { revertedPaths, type RevertedPath } from './rollback-shapes.ts';
import { counted } from './spoken-words.ts';

/** Of longer lists so many lines are shown where nobody asked for all. */
export const MOST_LINES = 20;

const SIGNS: Readonly<Record<FileVerb, readonly [sign: string, tone: Tone]>> = {
  created: ['+', 'good'],
  modified: ['~', 'attention'],
  deleted: ['-', 'bad'],
  chmod: ['%', 'attention'],
  retyped: ['!', 'attention'],
};

export interface TextLook {
  readonly paint: Paint;
  /** At most so many paths of each list. */
  readonly most: number;
}

export const pathText = (path: RawPath): string => toPrintableLine(textOfPath(path));

/** Rows of a list, and how many more there are. */
function shown<T>(items: readonly T[], most: number, line: (item: T) => string): readonly string[] {
  const lines = items.slice(0, most).map(line);
  return items.length > most ? [...lines, `  and ${items.length - most} more`] : lines;
}

const label = (word: string): string => `  ${word.padEnd(7)}`;

/** `3 created, 1 deleted`; `none` for none. */
export function verbCounts(paths: readonly RevertedPath[]): string {
  const words = (Object.keys(SIGNS) as FileVerb[]).flatMap((verb) => {
    const count = paths.filter(({ action }) => action === verb).length;
    return count === 0 ? [] : [`${count} ${verb}`];
  });
  return words.length === 0 ? 'none' : words.join(', ');
}

function pathLines(paths: readonly RevertedPath[], { paint, most }: TextLook): readonly string[] {
  return shown(paths, most, ({ path, action }) => {
    const [sign, tone] = SIGNS[action];
    return `    ${paint(tone, sign)} ${pathText(path)}${action === 'chmod' || action === 'retyped' ? `  (${action})` : ''}`;
  });
}

function impactText({ impact }: RollbackPreview): string {
  const { steps, decisions, tool_calls, child_plans } = impact;
  const words = [
    [steps, 'step'],
    [decisions, 'decision'],
    [tool_calls, 'call'],
    [child_plans, 'subplan'],
  ] as const;
  const some = words.filter(([count]) => count > 0).map(([count, word]) => counted(count, word));
  return some.length === 0 ? 'stays as it is' : `${some.join(', ')} as they were then`;
}

/** What goes back, and what doesn't, whether it is to happen or has happened. */
export function goingBackLines(
  preview: RollbackPreview,
  left: RollbackResult['left'],
  look: TextLook,
): readonly string[] {
  const paths = revertedPaths(preview.actions, left);
  const { scope } = preview;
  return [
    ...(scope === 'files_only' ? [] : [`${label('plan')}${impactText(preview)}`]),
    ...(scope === 'plan_only' ? [] : [`${label('files')}${verbCounts(paths)}`, ...pathLines(paths, look)]),
    ...restLines(preview, left, look),
  ];
}

/** What doesn't go back, and why. */
export function restLines(
  preview: RollbackPreview,
  left: RollbackResult['left'],
  look: TextLook,
): readonly string[] {
  const { conflicts, excluded, damaged, heads, notUndone, compensations = [] } = preview;
  const { most } = look;
  return [
    ...shown(conflicts, most, (conflict) => conflictLine(conflict, preview)),
    ...shown(
      left,
      most,
      ({ path, reason }) => `${label('left')}${pathText(path)}: ${toPrintableLine(reason)}`,
    ),
    ...excludedLines(excluded, most),
    ...shown(
      damaged,
      most,
      (path) => `${label('damaged')} ${pathText(path)}: its stored content is missing or damaged`,
    ),
    ...heads.map(
      ({ path, before, after }) =>
        `${label('HEAD')}${pathText(path)}: is at ${headText(after)}, was at ${headText(before)}; files go back, HEAD doesn't`,
    ),
    ...shown(
      notUndone,
      most,
      ({ step_id, what }) =>
        `${label('stays')}step ${toPrintableLine(step_id)}: ${toPrintableLine(what)} (can't be undone)`,
    ),
    ...shown(compensations, most, compensationLine),
  ];
}

/** What can take back what an undone step did outside; nothing of it runs by itself. */
function compensationLine(one: Compensation): string {
  const step = `step ${toPrintableLine(one.stepId)}`;
  if (one.call === null)
    return `${label('stays')}${step}: its compensation ${callText(one)} (can't be undone)`;
  const [word, remark] = COMPENSATION_WORDS[one.status];
  return `${label(word)}compensation ${one.number} of ${step}: ${callText(one)}${remark}`;
}

const OFFERED = ['offers', ''] as const;
const COMPENSATION_WORDS: Readonly<Record<Compensation['status'], readonly [word: string, remark: string]>> =
  {
    open: OFFERED,
    standing: OFFERED,
    unfilled: OFFERED,
    running: ['offers', '  (is being run)'],
    unknown: ['offers', '  (was begun and cut off)'],
    failed: ['offers', '  (was run, and failed)'],
    done: ['done', ''],
    skipped: ['stays', '  (as you said)'],
  };

const headText = (head: string): string =>
  toPrintableLine(/^[0-9a-f]{40,}$/.test(head) ? head.slice(0, 8) : head);

function conflictLine(
  { path, resolution, savedAs }: RollbackPreview['conflicts'][number],
  preview: RollbackPreview,
): string {
  const where = pathText(path);
  if (resolution === 'take')
    return `${label('taken')}${where}: somebody else changed it, and it was replaced`;
  if (resolution === 'both') {
    const saved = savedAs === undefined ? '' : `; what was there is ${pathText(savedAs)}`;
    return `${label('both')}${where}: somebody else changed it, and it was replaced${saved}`;
  }
  const { planId, target } = preview;
  const how =
    target.number === null
      ? '--on-conflict take replaces it'
      : `to take the checkpoint's instead: agents plan rollback ${shortId(planId)} ${target.number} --path ${typedPath(path)} --on-conflict take`;
  return `${label('kept')}${where}: somebody else changed it; ${toPrintableLine(how)}`;
}

/** A line for each path that is named, not held. */
export function excludedLines(
  excluded: RollbackPreview['excluded'],
  most: TextLook['most'],
): readonly string[] {
  return shown(
    excluded,
    most,
    ({ path, reason }) => `${label('left')}${pathText(path)}: ${EXCLUSION_WORDS[reason]}`,
  );
}
