import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import { toPrintable, toPrintableLine } from '../domain/printable.ts';
import type { StateChange } from '../domain/state-diff.ts';
import { patchText, type FilePatch } from '../tui/words/file-patch.ts';
import type { Tone } from '../tui/words/tone.ts';
import { valueText } from './checkpoint-views.ts';
import type { ChangedFile } from './file-patches.ts';
import type { Paint } from './paint.ts';
import { pathText } from './rollback-text.ts';
import { formatTable } from './table.ts';

const CHANGE_SIGNS = { added: '+', removed: '-', changed: '~' } as const;
const CHANGE_TONES = { added: 'good', removed: 'bad', changed: 'attention' } as const;

/** What differs in the plan's state: a row for each entry, before and after. */
export function stateDiffText(changes: readonly StateChange[], paint: Paint): string {
  const rows = changes.map(({ section, key, change, before, after }) => [
    paint(CHANGE_TONES[change], CHANGE_SIGNS[change]),
    `${section} ${toPrintableLine(key)}`,
    change === 'changed' ? changeText(before, after) : entryText(change === 'added' ? after : before),
  ]);
  return [paint('strong', `State (${changes.length})`), formatTable(rows)].join('\n');
}

/** What tells most of an entry of a state. */
const TELLING = ['name', 'question', 'tool', 'status', 'chosen'] as const;

function entryText(value: Json): string {
  if (!isObject(value)) return valueText(value);
  const told = TELLING.flatMap((key) => (value[key] === undefined ? [] : [valueText(value[key])]));
  return told.length === 0 ? valueText(value) : told.join('  ');
}

/** Of an entry only the fields that differ. */
function changeText(before: Json, after: Json): string {
  if (!isObject(before) || !isObject(after)) return `${valueText(before)} -> ${valueText(after)}`;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = keys.filter(
    (key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key] ?? null),
  );
  return differing.map((key) => `${key}: ${valueText(before[key])} -> ${valueText(after[key])}`).join(', ');
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What differs in the files: a line for each, then the patches. */
export function filesDiffText(files: readonly ChangedFile[], paint: Paint): string {
  const rows = files.map(({ patch, isBinary }) => [
    patch.change,
    pathText(patch.path),
    isBinary ? 'binary' : countsText(patch, paint),
    paint('dim', patch.notes.map(toPrintableLine).join(', ')),
  ]);
  const [added, removed] = [sum(files, 'added'), sum(files, 'removed')];
  const title = `Files (${files.length})`;
  const parts = [`${paint('strong', title)}  +${added} -${removed}`, formatTable(rows)];
  const patches = files.filter(({ patch }) => patch.hunks.length > 0);
  return [...parts, ...patches.flatMap(({ patch }) => ['', ...patchLines(patch, paint)])].join('\n');
}

function sum(files: readonly ChangedFile[], key: 'added' | 'removed'): number {
  return files.reduce((total, { patch }) => total + patch[key], 0);
}

function countsText({ added, removed, hunks }: FilePatch, paint: Paint): string {
  return hunks.length === 0 ? '' : `${paint('good', `+${added}`)} ${paint('bad', `-${removed}`)}`;
}

function patchLines(patch: FilePatch, paint: Paint): readonly string[] {
  return patchText(patch)
    .trimEnd()
    .split('\n')
    .map((line) => paint(toneOf(line), toPrintable(line).replaceAll('\n', '\\n')));
}

function toneOf(line: string): Tone {
  if (line.startsWith('---') || line.startsWith('+++')) return 'strong';
  if (line.startsWith('@@')) return 'accent';
  if (line.startsWith('+')) return 'good';
  return line.startsWith('-') ? 'bad' : 'plain';
}
