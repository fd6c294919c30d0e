import { isFinal } from '../../domain/event-handlers.ts';
import { shortId } from '../../domain/ids.ts';
import { phaseOf, runStateOf, type PlanState } from '../../domain/plan-state.ts';
import type { RunState } from '../../domain/plan.ts';
import { cutLine, lineWidth } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { PlanView } from '../store/plan-view.ts';
import { sizeText } from '../words/file-words.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { stopwatchText } from '../words/time-text.ts';
import type { Tone } from '../words/tone.ts';
import { signOf } from './node-look.ts';
import { outlineOf, type StepCounts } from './plan-outline.ts';

export interface HeaderOptions {
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The fields that a narrow screen leaves out, in this order. */
const DROPPED = ['bytes', 'bar', 'elapsed', 'name', 'checkpoints'] as const;
type Field = (typeof DROPPED)[number];

const NAME_CELLS = 32;
const WIDE_BAR = 10;
const SHORT_BAR = 5;

/** The first row of the screen in at most `width` cells: plan, phase, steps, time, checkpoints. */
export function headerLine(view: PlanView, options: HeaderOptions): Line {
  const { width, glyphs } = options;
  const root = view.tree.plans.get(view.rootId);
  if (!root) return cutLine([{ text: ' reading the plan', tone: 'dim' }], width, glyphs.ellipsis);
  const facts = factsOf(view, root, options);
  const wide = wideLine(facts, glyphs);
  if (lineWidth(wide) <= width) return wide;
  const shorter = DROPPED.map((_field, index) => shortLine(facts, glyphs, DROPPED.slice(0, index + 1)));
  const fitting = shorter.find((line) => lineWidth(line) <= width);
  return fitting ?? cutLine(shorter.at(-1) as Line, width, glyphs.ellipsis);
}

interface Facts {
  readonly name: string;
  readonly id: string;
  readonly phase: Line;
  readonly counts: StepCounts;
  readonly waiting: number;
  /** Empty before the plan executes. */
  readonly elapsed: string;
  readonly checkpoints: number;
  /** Empty where files are not captured. */
  readonly bytes: string;
}

function factsOf(view: PlanView, root: PlanState, { glyphs, now }: HeaderOptions): Facts {
  const name: Line = [{ text: safeText(view.name), tone: 'strong' }];
  return {
    name: textOf(cutLine(name, NAME_CELLS, glyphs.ellipsis)),
    id: shortId(view.rootId),
    phase: phaseSpans(view, root, glyphs),
    counts: countAll(view),
    waiting: view.waiting.length,
    elapsed: elapsedText(view, now),
    checkpoints: view.checkpoints.size,
    bytes: view.checkpoints.bytes === 0 ? '' : sizeText(view.checkpoints.bytes),
  };
}

const STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: ' queued',
  processing: '',
  paused: ' paused',
  complete: ' complete',
  errored: ' failed',
  cancelled: ' cancelled',
  applied: ' applied',
};

function phaseSpans({ runner }: PlanView, root: PlanState, glyphs: Glyphs): Line {
  const state = runStateOf(root);
  const { glyph, tone } = signOf({ kind: 'phase', state, span: null }, glyphs);
  const phase: Span = { text: `${glyph} ${phaseOf(root).toUpperCase()}${STATE_WORDS[state]}`, tone };
  const isAlone = runner.kind === 'lost' || (runner.kind === 'nobody' && state === 'processing');
  return isAlone && !isFinal(state) ? [phase, { text: ' nobody runs it', tone: 'bad' }] : [phase];
}

function countAll({ tree }: PlanView): StepCounts {
  const none: StepCounts = { total: 0, ended: 0, complete: 0, failed: 0 };
  return [...tree.plans.values()].reduce((sum, plan) => {
    const { total, ended, complete, failed } = outlineOf(plan).counts;
    return {
      total: sum.total + total,
      ended: sum.ended + ended,
      complete: sum.complete + complete,
      failed: sum.failed + failed,
    };
  }, none);
}

/** Since the plan first executed, until now or until it came to rest. */
function elapsedText({ phases }: PlanView, now: number): string {
  const execute = phases.find(({ phase }) => phase === 'execute');
  if (!execute) return '';
  const end = execute.endedAt === null ? now : Date.parse(execute.endedAt);
  return stopwatchText(end - Date.parse(execute.startedAt));
}

function wideLine(facts: Facts, glyphs: Glyphs): Line {
  const { name, id, counts, elapsed, checkpoints, bytes } = facts;
  const kept = `${checkpoints} ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}`;
  return joined('   ', [
    [
      { text: ` agents ${glyphs.dot} `, tone: 'dim' },
      { text: name, tone: 'strong' },
      { text: ` ${glyphs.dot} ${id}  `, tone: 'dim' },
    ],
    joined('  ', [
      facts.phase,
      [span(`${counts.ended}/${counts.total}`)],
      countSpans(facts, glyphs, ['complete', 'failed', 'waiting']),
    ]),
    barSpans(counts, WIDE_BAR, glyphs),
    [span(elapsed)],
    [span(bytes === '' ? kept : `${kept} ${glyphs.dot} ${bytes}`)],
  ]);
}

function shortLine(facts: Facts, glyphs: Glyphs, dropped: readonly Field[]): Line {
  const { name, id, counts, elapsed, checkpoints } = facts;
  const unless = (field: Field, line: Line): Line => (dropped.includes(field) ? [] : line);
  const line = joined('  ', [
    unless('name', [
      { text: name, tone: 'strong' },
      { text: ` ${id}`, tone: 'dim' },
    ]),
    joined(' ', [
      facts.phase,
      [span(`${counts.ended}/${counts.total}`)],
      countSpans(facts, glyphs, ['failed', 'waiting']),
    ]),
    unless('elapsed', [span(elapsed)]),
    unless('checkpoints', [span(`ckpt ${checkpoints}`)]),
    unless('bar', barSpans(counts, SHORT_BAR, glyphs)),
  ]);
  return [span(' '), ...line];
}

function countSpans(
  { counts, waiting }: Facts,
  glyphs: Glyphs,
  wanted: readonly ('complete' | 'failed' | 'waiting')[],
): Line {
  const all: readonly (readonly ['complete' | 'failed' | 'waiting', string, number, Tone])[] = [
    ['complete', glyphs.step.complete, counts.complete, 'good'],
    ['failed', glyphs.step.failed, counts.failed, 'bad'],
    ['waiting', glyphs.waiting, waiting, 'attention'],
  ];
  const shown = all.filter(([kind, , count]) => wanted.includes(kind) && count > 0);
  return joined(
    ' ',
    shown.map(([, glyph, count, tone]) => [{ text: `${glyph}${count}`, tone }]),
  );
}

function barSpans({ ended, total }: StepCounts, cells: number, glyphs: Glyphs): Line {
  const share = total === 0 ? 0 : ended / total;
  const full = Math.floor(share * cells);
  return [
    { text: glyphs.bar.full.repeat(full), tone: 'good' },
    { text: glyphs.bar.empty.repeat(cells - full), tone: 'dim' },
    span(` ${Math.floor(share * 100)}%`),
  ];
}

function span(text: string): Span {
  return { text, tone: 'plain' };
}

function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** The parts that say something, with `gap` between them. */
function joined(gap: string, parts: readonly Line[]): Line {
  const saying = parts.filter((part) => textOf(part) !== '');
  return saying.flatMap((part, index) => (index === 0 ? part : [span(gap), ...part]));
}
