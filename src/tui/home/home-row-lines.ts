import { shortId } from '../../domain/ids.ts';
import type { RunState } from '../../domain/plan.ts';
import type { HomePlan } from '../../ports/home-source.ts';
import { cutLine, lineWidth, padLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { firstLine, safeText } from '../lines/safe-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { phaseStateWords, shortStateWords } from '../words/state-words.ts';
import { ageText } from '../words/time-text.ts';
import type { Tone } from '../words/tone.ts';
import type { DocumentItem, FolderRow } from './home-items.ts';
import { needOf } from './home-needs.ts';

export interface HomeRowOptions {
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly selected: boolean;
}

/** From these widths on there is room for more. */
const WIDE = 96;
const WITH_ID = 70;
const WITH_CHECKPOINTS = 56;
const GAP = 2;
const BAR = 10;
/** Before the pane's right side. */
const MARGIN = 1;

interface Columns {
  readonly state: number;
  readonly text: number;
  readonly steps: number;
  readonly bar: number;
  readonly checkpoints: number;
  readonly age: number;
  readonly id: number;
}

/** The marker, the sign, and a blank behind each. */
const LEAD = 4;

function columnsIn(width: number): Columns {
  const fixed = {
    state: width >= WIDE ? 21 : 10,
    steps: 7,
    bar: width >= WIDE ? BAR : 0,
    checkpoints: width >= WITH_CHECKPOINTS ? 5 : 0,
    age: 5,
    id: width >= WITH_ID ? 8 : 0,
  };
  const others = [fixed.state, fixed.steps, fixed.bar, fixed.checkpoints, fixed.age, fixed.id];
  const used = others.reduce((sum, cells) => sum + (cells === 0 ? 0 : cells + GAP), LEAD);
  return { ...fixed, text: Math.max(1, width - used - MARGIN) };
}

const dim = (text: string): Line => [{ text, tone: 'dim' }];

/** What stands above the plans. */
export function planTitles({ width, glyphs }: Pick<HomeRowOptions, 'width' | 'glyphs'>): Line {
  return inColumns(columnsIn(width), glyphs, dim('    '), {
    state: dim('state'),
    text: dim('plan'),
    steps: dim('steps'),
    bar: [],
    checkpoints: dim('ckpts'),
    age: dim('age'),
    id: dim('id'),
  });
}

/** One plan: how it stands, its name and what it needs, steps, checkpoints, age. */
export function planLine(item: HomePlan, options: HomeRowOptions): Line {
  const { glyphs, width, now } = options;
  const { plan, steps } = item;
  const columns = columnsIn(width);
  const tone = toneOf(item);
  const inWords = columns.state > 10 ? phaseStateWords : shortStateWords;
  const lead: Line = [marker(options), { text: `${signOf(item, glyphs)} `, tone }];
  return inColumns(columns, glyphs, lead, {
    state: [{ text: inWords(plan.phase, plan.state), tone }],
    text: textOf(item, options),
    steps: [{ text: `${steps.complete}/${steps.total}`, tone: 'plain' }],
    bar: columns.bar === 0 ? [] : dim(barOf(steps, glyphs)),
    checkpoints: dim(String(item.checkpoints)),
    age: dim(ageText(plan.created_at, now)),
    id: dim(shortId(plan.plan_id)),
  });
}

/** The row above the plans of a folder: how many there are, and how many of them need somebody. */
export function folderLine(
  { folder, plans }: FolderRow,
  { width, glyphs }: Pick<HomeRowOptions, 'width' | 'glyphs'>,
): Line {
  const needy = plans.filter((item) => needOf(item) !== null).length;
  const counts: Line = [
    { text: `  ${plans.length} ${plans.length === 1 ? 'plan' : 'plans'}`, tone: 'dim' },
    ...(needy === 0 ? [] : [{ text: `, ${needy} ${glyphs.waiting}`, tone: 'attention' as const }]),
  ];
  const room = Math.max(1, width - lineWidth(counts) - MARGIN);
  // The end of a path tells more than its beginning, but a beginning can be read on its own.
  return [...cutLine([{ text: ` ${safeText(folder)}`, tone: 'strong' }], room, glyphs.ellipsis), ...counts];
}

/** Where there is room for nothing else: its name, and how it stands. */
export function shortPlanLine(item: HomePlan, glyphs: Glyphs): Line {
  const { name, phase, state } = item.plan;
  return [
    { text: ` ${signOf(item, glyphs)} `, tone: toneOf(item) },
    { text: safeText(name), tone: 'strong' },
    { text: `  ${needText(item) || phaseStateWords(phase, state)}`, tone: toneOf(item) },
  ];
}

function inColumns(
  columns: Columns,
  glyphs: Glyphs,
  lead: Line,
  cells: Readonly<Record<keyof Columns, Line>>,
): Line {
  const gap: Span = { text: ' '.repeat(GAP), tone: 'plain' };
  const fit = (name: keyof Columns): Line => cutLine(cells[name], columns[name], glyphs.ellipsis);
  const left = (name: keyof Columns): Line => padLine(fit(name), columns[name]);
  const right = (name: keyof Columns): Line => {
    const missing = columns[name] - lineWidth(fit(name));
    return [{ text: ' '.repeat(missing), tone: 'plain' }, ...fit(name)];
  };
  const shown = (name: keyof Columns, line: Line): Line => (columns[name] === 0 ? [] : [gap, ...line]);
  return [
    ...lead,
    ...left('state'),
    gap,
    ...left('text'),
    ...shown('steps', right('steps')),
    ...shown('bar', left('bar')),
    ...shown('checkpoints', right('checkpoints')),
    ...shown('age', right('age')),
    ...shown('id', left('id')),
  ];
}

const marker = ({ selected, glyphs }: HomeRowOptions): Span => ({
  text: selected ? `${glyphs.selection} ` : '  ',
  tone: 'accent',
});

const TONES: Readonly<Record<RunState, Tone>> = {
  queued: 'dim',
  processing: 'accent',
  paused: 'attention',
  complete: 'good',
  errored: 'bad',
  cancelled: 'dim',
  applied: 'good',
};

function toneOf(item: HomePlan): Tone {
  const need = needOf(item);
  if (need === null) return TONES[item.plan.state];
  return need === 'answer' ? 'attention' : 'bad';
}

const signOf = (item: HomePlan, glyphs: Glyphs): string =>
  needOf(item) === 'answer' ? glyphs.waiting : glyphs.plan[item.plan.state];

/** What a plan needs of a person; '' if nothing. */
export function needText(item: HomePlan): string {
  switch (needOf(item)) {
    case 'answer':
      return item.waiting === 1 ? 'waits for you' : `waits for you (${item.waiting} questions)`;
    case 'failed':
      return firstLine(item.plan.error?.message ?? 'failed');
    case 'lost':
      return 'nobody runs it';
    case null:
      return '';
  }
}

/** An error is long: it leaves the name this part of the text. Other needs are short, and stand whole. */
const NAME_SHARE = 0.6;
const NAME_LEAST = 8;

function textOf(item: HomePlan, { width, glyphs }: HomeRowOptions): Line {
  const need = needText(item);
  const needed: Line = need === '' ? [] : [{ text: `  ${need}`, tone: toneOf(item) }];
  const more: Line = item.source === null ? [] : dim(`  ${sourceText(item.source)}`);
  const name: Line = [
    ...(item.source === null ? [] : dim(`${glyphs.trigger.fork} `)),
    { text: safeText(item.plan.name), tone: 'strong' },
  ];
  const room = columnsIn(width).text;
  const least = needOf(item) === 'failed' ? Math.ceil(room * NAME_SHARE) : NAME_LEAST;
  const forName = Math.max(least, room - lineWidth(needed));
  return [...cutLine(name, Math.min(room, forName), glyphs.ellipsis), ...needed, ...more];
}

/** What a fork began from. */
export const sourceText = ({ plan_id, number }: NonNullable<HomePlan['source']>): string =>
  `from ${shortId(plan_id)}${number === null ? '' : ` ckpt ${number}`}`;

function barOf({ complete, total }: HomePlan['steps'], glyphs: Glyphs): string {
  const full = total === 0 ? 0 : Math.floor((complete / total) * BAR);
  return glyphs.bar.full.repeat(full) + glyphs.bar.empty.repeat(BAR - full);
}

const NAME_CELLS = 24;
const FILE_CELLS = 40;

/** One document: its name, its file, and what it is for, or what is wrong with it. */
export function documentLine({ document }: DocumentItem, options: HomeRowOptions): Line {
  const { width, glyphs } = options;
  const { name, file, goal, fault } = document;
  const isBad = fault !== null;
  const cell = (text: string, tone: Tone, cells: number): Line =>
    padLine(cutLine([{ text: safeText(text), tone }], cells, glyphs.ellipsis), cells + GAP);
  const line: Line = [
    marker(options),
    { text: `${isBad ? glyphs.step.failed : glyphs.fold.closed} `, tone: isBad ? 'bad' : 'accent' },
    ...cell(name, 'strong', Math.min(NAME_CELLS, Math.floor(width / 4))),
    // A fault begins with the file.
    ...(isBad
      ? [{ text: firstLine(fault), tone: 'bad' as const }]
      : [
          ...cell(file, 'dim', Math.min(FILE_CELLS, Math.floor(width / 3))),
          { text: firstLine(goal ?? ''), tone: 'plain' as const },
        ]),
  ];
  return padLine(cutLine(line, width, glyphs.ellipsis), width);
}
