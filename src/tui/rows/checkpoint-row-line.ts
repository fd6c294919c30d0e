import type { Checkpoint } from '../../domain/checkpoint.ts';
import { cutLine, lineWidth, padLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import { checkpointSubject } from '../words/event-lines.ts';
import { countsText, type FileCounts } from '../words/file-counts.ts';
import { TRIGGER_WORDS, type Glyphs } from '../words/glyphs.ts';
import { TRIGGER_TONES } from '../words/trigger-tones.ts';
import { ageText, clockTime, dayText, isSameDay } from '../words/time-text.ts';
import type { CheckpointRow } from './checkpoint-row.ts';

export interface CheckpointLineOptions {
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly selected: boolean;
  /** It is A of a comparison. */
  readonly marked: boolean;
  /** What it changed of the files; without it only how many paths differ is told. */
  readonly counts?: FileCounts | undefined;
}

/** Narrower than this the age alone says when; then the trigger's word takes no more than it needs. */
const CELLS_FOR_TIME = 60;
const CELLS_FOR_COLUMNS = 44;
const AGE_CELLS = 3;
const TIME_CELLS = 8;
const WORD_CELLS = Math.max(...Object.values(TRIGGER_WORDS).map((word) => word.length));

/**
 * A row of the checkpoint list in exactly `width` cells: A, branch, number, pin, time, age, trigger, step and tool, label,
 * files.
 */
export function checkpointRowLine(row: CheckpointRow, options: CheckpointLineOptions): Line {
  const { width, glyphs, selected, marked } = options;
  const { checkpoint } = row;
  const head: Line = [
    { text: selected ? glyphs.selection : ' ', tone: 'strong' },
    { text: marked ? 'A' : ' ', tone: 'attention' },
    { text: row.isLeft ? glyphs.left : ' ', tone: 'dim' },
    { text: String(checkpoint.number).padStart(row.numberCells), tone: toneOf(row, selected) },
    { text: checkpoint.pinned ? glyphs.pinned : ' ', tone: 'attention' },
    ...timeSpans(checkpoint.created_at, options),
    ...triggerSpans(row, width, glyphs),
  ];
  const tail = filesSpans(checkpoint, options);
  const room = width - lineWidth(head) - lineWidth(tail) - 1;
  const subject = padLine(cutLine(subjectSpans(row, glyphs, selected), room, glyphs.ellipsis), room);
  const line: Line = [...head, ...subject, ...tail];
  return padLine(cutLine(line, width, glyphs.ellipsis), width);
}

function timeSpans(at: string, { width, now }: CheckpointLineOptions): Line {
  const age = ` ${ageText(at, now).padStart(AGE_CELLS)}  `;
  const time = ` ${timeText(at, now).padEnd(TIME_CELLS)} `;
  return [{ text: width < CELLS_FOR_TIME ? age : time + age, tone: 'dim' }];
}

/** The time of day, or the date if it is another day's. */
function timeText(at: string, now: number): string {
  return isSameDay(at, now) ? clockTime(at) : dayText(at);
}

/** What holds no more is there, and no more than that. */
const toneOf = ({ isLeft }: CheckpointRow, selected: boolean): Span['tone'] =>
  selected ? 'strong' : isLeft ? 'dim' : 'plain';

function triggerSpans(
  { checkpoint: { trigger }, isLeft }: CheckpointRow,
  width: number,
  glyphs: Glyphs,
): Line {
  const tone = isLeft ? 'dim' : TRIGGER_TONES[trigger];
  const word = TRIGGER_WORDS[trigger];
  return [
    { text: `${glyphs.trigger[trigger]} `, tone },
    {
      text: `${width < CELLS_FOR_COLUMNS ? word : word.padEnd(WORD_CELLS)} `,
      tone: isLeft ? 'dim' : 'plain',
    },
  ];
}

function subjectSpans(row: CheckpointRow, glyphs: Glyphs, selected: boolean): Line {
  const { checkpoint, planPath } = row;
  const tone = toneOf(row, selected);
  const subject: Span = { text: safeText(checkpointSubject(checkpoint)), tone };
  return planPath === '' ? [subject] : [{ text: `${planPath} ${glyphs.within} `, tone: 'dim' }, subject];
}

/** How many paths differ from the checkpoint before, and that not all are held; empty where files are not captured. */
function filesSpans(
  { files_changed, capture }: Checkpoint,
  { width, glyphs, counts }: CheckpointLineOptions,
): Line {
  const partial = width < CELLS_FOR_COLUMNS ? '  !' : '  ! partial';
  const sign = files_changed === 0 ? '' : glyphs.changed;
  const noun = files_changed === 1 ? 'file' : 'files';
  const text = counts ? countsText(counts) : `${sign}${files_changed} ${noun}`;
  return [
    ...(capture.status === 'partial' ? [{ text: partial, tone: 'attention' } as const] : []),
    ...(files_changed === null ? [] : [{ text: `  ${text}`, tone: 'dim' } as const]),
  ];
}
