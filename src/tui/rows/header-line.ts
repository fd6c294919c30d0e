import type { Checkpoint } from '../../domain/checkpoint.ts';
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
import { tokenWords } from '../words/model-words.ts';
import { stopwatchText } from '../words/time-text.ts';
import type { Tone } from '../words/tone.ts';
import { signOf } from './node-look.ts';
import { countSteps, type TreeCounts } from './tree-counts.ts';

export interface HeaderOptions {
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The checkpoint whose moment is shown below; null: now. */
  readonly past?: Checkpoint | null;
}

/** What a narrow screen leaves out, one after the other: first what can be had more shortly. */
const DROPPED = [
  'bytes',
  'program',
  'models',
  'blanks',
  'complete',
  'wide bar',
  'bar',
  'elapsed',
  'name',
  'checkpoints',
] as const;
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
  for (let count = 0; count < DROPPED.length; count += 1) {
    const line = lineOf(facts, glyphs, new Set(DROPPED.slice(0, count)));
    if (lineWidth(line) <= width) return line;
  }
  return cutLine(lineOf(facts, glyphs, new Set(DROPPED)), width, glyphs.ellipsis);
}

interface Facts {
  readonly name: string;
  readonly id: string;
  readonly phase: Line;
  readonly counts: TreeCounts;
  readonly waiting: number;
  /** That the past is shown: then how far the plan is now isn't; empty: it is. */
  readonly viewing: string;
  /** Empty before the plan executes. */
  readonly elapsed: string;
  readonly checkpoints: number;
  /** Empty where files are not captured. */
  readonly bytes: string;
  /** Empty where no model was asked. */
  readonly models: string;
}

function factsOf(view: PlanView, root: PlanState, { glyphs, now, past }: HeaderOptions): Facts {
  const name: Line = [{ text: safeText(view.name), tone: 'strong' }];
  return {
    name: textOf(cutLine(name, NAME_CELLS, glyphs.ellipsis)),
    id: shortId(view.rootId),
    phase: phaseSpans(view, root, glyphs),
    counts: countSteps(view),
    waiting: view.waiting.length,
    viewing: past ? `viewing ckpt ${past.number}` : '',
    elapsed: elapsedText(view, now),
    checkpoints: view.checkpoints.size,
    bytes: view.checkpoints.bytes === 0 ? '' : sizeText(view.checkpoints.bytes),
    models: tokenWords(view.tree.plans.values()),
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

/** Since the plan first executed, until now or until it came to rest. */
function elapsedText({ phases }: PlanView, now: number): string {
  const execute = phases.find(({ phase }) => phase === 'execute');
  if (!execute) return '';
  const end = execute.endedAt === null ? now : Date.parse(execute.endedAt);
  return stopwatchText(end - Date.parse(execute.startedAt));
}

function lineOf(facts: Facts, glyphs: Glyphs, dropped: ReadonlySet<Field>): Line {
  const isWide = !dropped.has('blanks');
  const unless = (field: Field, line: Line): Line => (dropped.has(field) ? [] : line);
  return [
    ...(dropped.has('program') ? [span(' ')] : [{ text: ` agents ${glyphs.dot} `, tone: 'dim' } as const]),
    ...joined(isWide ? '   ' : '  ', [
      unless('name', nameSpans(facts, isWide, glyphs)),
      joined(isWide ? '  ' : ' ', [facts.phase, ...standingParts(facts, dropped, glyphs)]),
      facts.viewing === '' ? unless('bar', barSpans(facts, dropped.has('wide bar'), glyphs)) : [],
      facts.viewing === '' ? unless('elapsed', [span(facts.elapsed)]) : [],
      unless('checkpoints', [span(keptText(facts, dropped, glyphs))]),
      unless('models', [span(facts.models)]),
    ]),
  ];
}

function nameSpans({ name, id }: Facts, isWide: boolean, { dot }: Glyphs): Line {
  return [
    { text: name, tone: 'strong' },
    { text: isWide ? ` ${dot} ${id}  ` : ` ${id}`, tone: 'dim' },
  ];
}

/** How far the plan is; or that what is shown isn't how far it is. */
function standingParts(facts: Facts, dropped: ReadonlySet<Field>, glyphs: Glyphs): readonly Line[] {
  if (facts.viewing !== '') return [[{ text: facts.viewing, tone: 'attention' }]];
  const { ended, total } = facts.counts;
  return [[span(`${ended}/${total}`)], countSpans(facts, !dropped.has('complete'), glyphs)];
}

function keptText({ checkpoints, bytes }: Facts, dropped: ReadonlySet<Field>, { dot }: Glyphs): string {
  if (dropped.has('blanks')) return `ckpt ${checkpoints}`;
  const kept = `${checkpoints} ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}`;
  return bytes === '' || dropped.has('bytes') ? kept : `${kept} ${dot} ${bytes}`;
}

function countSpans({ counts, waiting }: Facts, withComplete: boolean, glyphs: Glyphs): Line {
  const all: readonly (readonly [string, number, Tone])[] = [
    [glyphs.step.complete, withComplete ? counts.complete : 0, 'good'],
    [glyphs.step.failed, counts.failed, counts.failed > counts.tolerated ? 'bad' : 'attention'],
    [glyphs.waiting, waiting, 'attention'],
  ];
  const shown = all.filter(([, count]) => count > 0);
  const { failed, tolerated } = counts;
  const allowed = tolerated === failed ? 'allowed' : `${tolerated} allowed`;
  return joined(
    ' ',
    shown.map(([glyph, count, tone]) => [
      { text: `${glyph}${count}`, tone },
      ...(glyph === glyphs.step.failed && tolerated > 0 ? [span(` (${allowed})`)] : []),
    ]),
  );
}

/** What is done, what failed, and what is left; one step that failed is seen, however many there are. */
function barSpans({ counts }: Facts, isShort: boolean, { bar, step }: Glyphs): Line {
  const { ended, total } = counts;
  const failed = counts.failed - counts.tolerated;
  const cells = isShort ? SHORT_BAR : WIDE_BAR;
  const share = total === 0 ? 0 : ended / total;
  const bad = failed === 0 ? 0 : Math.max(1, Math.round((failed / total) * cells));
  const full = Math.min(Math.floor(share * cells), cells - bad);
  return [
    { text: bar.full.repeat(full), tone: 'good' },
    { text: step.failed.repeat(bad), tone: 'bad' },
    { text: bar.empty.repeat(cells - full - bad), tone: 'dim' },
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
