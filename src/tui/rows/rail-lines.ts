import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { CheckpointId } from '../../domain/ids.ts';
import type { Line, Span } from '../lines/line.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { TRIGGER_TONES } from '../words/trigger-tones.ts';

export interface RailOptions {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly selectedId: CheckpointId | null;
  /** A of a comparison. */
  readonly markedId: CheckpointId | null;
}

export interface RailLines {
  readonly rail: Line;
  /** Below the rail, cell by cell: the selection and A. */
  readonly under: Line;
}

const NOW = ' now';
/** A sign at each end says that something is left out there. */
const ENDS = 2;
/** Cells between two signs: where all fit, and where they don't. */
const WIDE = 2;
const NARROW = 1;

/** The checkpoints as one sign each, oldest left; where not all fit, the newest, or those around the selected one. */
export function railLines({ checkpoints }: PlanView, options: RailOptions): RailLines {
  const { width, glyphs, selectedId } = options;
  if (width < NOW.length + ENDS) return { rail: [], under: [] };
  const cells = width - NOW.length;
  const gap = signsIn(cells, WIDE) >= checkpoints.size ? WIDE : NARROW;
  const fits = signsIn(cells, gap) >= checkpoints.size;
  const count = fits ? checkpoints.size : Math.max(0, signsIn(cells - ENDS, gap));
  const selected = checkpoints.indexOf(selectedId);
  const newest = checkpoints.size - count;
  const first =
    selected === -1 || selected >= newest ? newest : Math.max(0, selected - Math.floor(count / 2));
  const shown = Array.from({ length: count }, (_, index) => checkpoints.at(first + index) as Checkpoint);
  const rail = railSpans(shown, (one) => checkpoints.isLeft(one), gap, glyphs);
  const older: Line = first > 0 ? [{ text: glyphs.rail.older, tone: 'dim' }] : [];
  const newer: Line = first < newest ? [{ text: glyphs.rail.newer, tone: 'dim' }] : [];
  return {
    rail: [...older, ...rail, ...newer, { text: NOW, tone: 'dim' }],
    under: underSpans(shown, gap, older.length, options),
  };
}

function signsIn(cells: number, gap: number): number {
  return Math.floor((cells + gap) / (1 + gap));
}

function railSpans(
  shown: readonly Checkpoint[],
  isLeft: (checkpoint: Checkpoint) => boolean,
  gap: number,
  { trigger: signs, rail }: Glyphs,
): Line {
  return shown.flatMap((checkpoint, index) => {
    const left = isLeft(checkpoint);
    const { trigger } = checkpoint;
    const sign: Span = { text: signs[trigger], tone: left ? 'dim' : TRIGGER_TONES[trigger] };
    const link: Span = { text: (left ? rail.left : rail.link).repeat(gap), tone: 'dim' };
    return index === 0 ? [sign] : [link, sign];
  });
}

function underSpans(shown: readonly Checkpoint[], gap: number, before: number, options: RailOptions): Line {
  const { glyphs, selectedId, markedId } = options;
  const signs = shown.flatMap(({ id }, index): readonly { at: number; span: Span }[] => {
    const at = before + index * (1 + gap);
    if (id === markedId) return [{ at, span: { text: 'A', tone: 'attention' } }];
    return id === selectedId ? [{ at, span: { text: glyphs.rail.pointer, tone: 'strong' } }] : [];
  });
  let end = 0;
  return signs.flatMap(({ at, span }) => {
    const blanks: Span = { text: ' '.repeat(at - end), tone: 'plain' };
    end = at + 1;
    return [blanks, span];
  });
}
