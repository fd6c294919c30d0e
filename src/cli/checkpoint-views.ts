import type { Checkpoint } from '../domain/checkpoint.ts';
import { shortId } from '../domain/ids.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { checkpointSubject } from '../tui/words/event-lines.ts';
import { TRIGGER_WORDS, type Glyphs } from '../tui/words/glyphs.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { clockTimeNear } from '../tui/words/time-text.ts';

/** A checkpoint as every JSON answer gives it (docs/json.md). */
export function checkpointToJson(checkpoint: Checkpoint): JsonObject {
  return { ...checkpoint, capture: { ...checkpoint.capture } };
}

/** One cell of a list's row per column: number, time, what made it, what it is about, marks. */
export function checkpointCells(
  checkpoint: Checkpoint,
  glyphs: Glyphs,
  paint: Paint,
  now: number,
): readonly string[] {
  const { number, created_at, trigger, pinned, files_changed, capture } = checkpoint;
  const tone = trigger === 'on_error' ? 'bad' : 'accent';
  const files = files_changed === null ? '' : `${files_changed} ${files_changed === 1 ? 'file' : 'files'}`;
  return [
    String(number).padStart(4),
    paint('dim', clockTimeNear(created_at, now)),
    paint(tone, `${glyphs.trigger[trigger]} ${TRIGGER_WORDS[trigger]}`),
    toPrintableLine(checkpointSubject(checkpoint)),
    [files, pinned ? 'pinned' : '', capture.status === 'partial' ? 'partial' : '']
      .filter((word) => word !== '')
      .join(' '),
  ];
}

/** A list of checkpoints; `planNames` (by plan id) adds the plan's name where a list has several plans. */
export function checkpointTable(
  checkpoints: readonly Checkpoint[],
  look: { readonly glyphs: Glyphs; readonly paint: Paint; readonly now: number },
  planNames: ReadonlyMap<string, string> | null,
): string {
  const rows = checkpoints.map((checkpoint) => {
    const [number = '', time = '', trigger = '', subject = '', marks = ''] = checkpointCells(
      checkpoint,
      look.glyphs,
      look.paint,
      look.now,
    );
    const plan =
      planNames === null
        ? []
        : [toPrintableLine(planNames.get(checkpoint.plan_id) ?? shortId(checkpoint.plan_id))];
    return [number, time, trigger, ...plan, subject, marks];
  });
  return formatTable(rows);
}

/** One line, as after `checkpoint create`. */
export function checkpointLine(checkpoint: Checkpoint, glyphs: Glyphs, paint: Paint): string {
  const { number, trigger, phase, state, id } = checkpoint;
  const head = paint('accent', `${glyphs.trigger[trigger]} checkpoint ${number}`);
  const subject = toPrintableLine(checkpointSubject(checkpoint));
  return `${head}  ${[TRIGGER_WORDS[trigger], subject, `${phase}/${state}`, id].filter((word) => word !== '').join('  ')}`;
}

const VALUE_CELLS = 100;

/** A value on one line, shortened. */
export function valueText(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const line = toPrintableLine(text);
  return line.length > VALUE_CELLS ? `${line.slice(0, VALUE_CELLS)}… (${text.length} characters)` : line;
}
