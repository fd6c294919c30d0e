import type { Json, JsonObject } from '../../domain/json.ts';
import { diffStates, type StateChange } from '../../domain/state-diff.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { Tone } from '../words/tone.ts';
import { EMPTY_LINE, heading, inlineValue, remark, span } from './value-lines.ts';

/** One side of a comparison. */
export interface DiffSide {
  readonly title: string;
  readonly snapshot: JsonObject;
}

export interface DiffOptions {
  readonly glyphs: Glyphs;
  /** What differs in the files: a line for all, and those of each path. */
  readonly files?: { readonly summary: Line; readonly lines: readonly Line[] };
}

const NO_FILES = { summary: EMPTY_LINE, lines: [] };

/** Longer values are shown by their beginning: the State tab has all of them. */
const VALUE_CHARACTERS = 300;

const TITLES: Readonly<Record<string, string>> = {
  plan: 'Plan',
  decisions: 'Decisions',
  steps: 'Steps',
  tool_calls: 'Tool calls',
  subplans: 'Subplans',
  context: 'Context',
  outputs: 'Outputs',
};

const SIGNS: Readonly<Record<StateChange['change'], readonly [sign: string, tone: Tone]>> = {
  added: ['+', 'good'],
  changed: ['~', 'attention'],
  removed: ['-', 'bad'],
};

/** What differs between two state snapshots: a summary, then each change with what was (`-`) and what is (`+`). */
export function diffLines(
  { a, b }: { readonly a: DiffSide; readonly b: DiffSide },
  { glyphs, files = NO_FILES }: DiffOptions,
): readonly Line[] {
  const changes = diffStates(a.snapshot, b.snapshot);
  const titles: readonly Line[] = [
    [span(`--- A  ${safeText(a.title)}`, 'bad')],
    [span(`+++ B  ${safeText(b.title)}`, 'good')],
  ];
  const named: readonly Line[] = [...(files.summary.length === 0 ? [] : [files.summary]), ...titles];
  if (changes.length === 0) return [remark('no difference in the state'), ...named, ...files.lines];
  const sections = Map.groupBy(changes, ({ section }) => section);
  return [
    summaryLine(sections, b.snapshot, glyphs),
    ...named,
    ...files.lines,
    ...[...sections].flatMap(([section, changes]) => [
      EMPTY_LINE,
      heading(TITLES[section] as string),
      ...changes.flatMap((change) => changeLines(change, nameOf(change))),
    ]),
  ];
}

function summaryLine(
  sections: ReadonlyMap<string, readonly StateChange[]>,
  after: JsonObject,
  glyphs: Glyphs,
): Line {
  const parts = [...sections].map(([section, changes]) =>
    section === 'plan'
      ? changes.map(({ key }) => key).join(', ')
      : `${countedName(section, after)} ${countsText(section, changes)}`,
  );
  return [span(`state: ${parts.join(` ${glyphs.dot} `)}`)];
}

/** `3 decisions`, `1 tool call`, `context`. */
function countedName(section: string, after: JsonObject): string {
  const entries = after[section];
  const name = section.replace('_', ' ');
  if (!Array.isArray(entries)) return name;
  return entries.length === 1 ? `1 ${name.slice(0, -1)}` : `${entries.length} ${name}`;
}

/** `+1 ~2`; of the context, whose entries have no name of their own, `+1 key`. */
function countsText(section: string, changes: readonly StateChange[]): string {
  const texts = Object.entries(SIGNS).flatMap(([change, [sign]]) => {
    const count = changes.filter((one) => one.change === change).length;
    return count === 0 ? [] : [{ text: `${sign}${count}`, count }];
  });
  const counts = texts.map(({ text }) => text).join(' ');
  if (section !== 'context') return counts;
  return `${counts} ${texts.at(-1)?.count === 1 ? 'key' : 'keys'}`;
}

/** How people call an entry: a decision by its step, a subplan by its name, a call by its tool. */
function nameOf({ key, before, after }: StateChange): string {
  const entry = after ?? before;
  if (!isRecord(entry)) return key;
  const { tool, name, step_id, question } = entry;
  const step = typeof step_id === 'string' ? step_id : null;
  if (typeof tool === 'string') return step === null ? tool : `${tool} of ${step}`;
  if (typeof question === 'string') return step ?? question;
  return typeof name === 'string' && name !== key && step !== null ? name : key;
}

function changeLines(change: StateChange, name: string): readonly Line[] {
  const [sign, tone] = SIGNS[change.change];
  const title: Line = [span(`${sign} `, tone), span(safeText(name))];
  const { before, after } = change;
  if (change.change === 'changed' && isRecord(before) && isRecord(after)) {
    return [title, ...fieldLines(before, after)];
  }
  return [
    title,
    ...(change.change === 'added' ? [] : [valueLine('-', '', before)]),
    ...(change.change === 'removed' ? [] : [valueLine('+', '', after)]),
  ];
}

/** Of an entry that has changed only the fields that have. */
function fieldLines(before: JsonObject, after: JsonObject): readonly Line[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): readonly Line[] => {
    const [was, is] = [before[key] ?? null, after[key] ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const name = `${safeText(key)}: `;
    return [valueLine('-', name, was), valueLine('+', name, is)];
  });
}

function valueLine(sign: '-' | '+', name: string, value: Json): Line {
  const text = inlineValue(value);
  const shown = text.length <= VALUE_CHARACTERS ? text : `${text.slice(0, VALUE_CHARACTERS)} ...`;
  return [span(`    ${sign} ${name}${shown}`, sign === '-' ? 'bad' : 'good')];
}

function isRecord(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
