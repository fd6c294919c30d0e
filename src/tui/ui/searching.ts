import type { ActionId } from '../keys/key-row.ts';
import type { Line } from '../lines/line.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { detailHeight, detailTopIn } from './detail-scroll.ts';
import { say, show, type UiContext, type UiHandler, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { clampTop } from './window.ts';

/** Lines that have a text, in either case. */
function findHits(lines: readonly Line[], text: string): readonly number[] {
  const wanted = text.toLowerCase();
  return lines.flatMap((line, index) =>
    line
      .map((span) => span.text)
      .join('')
      .toLowerCase()
      .includes(wanted)
      ? [index]
      : [],
  );
}

/** Searches all lines of the detail and goes to the first place on the screen or below it; '' ends a search. */
export function startSearch(state: UiState, context: UiContext, text: string): UiStep {
  if (text === '') return show({ ...state, search: null });
  const top = detailTopIn(state, context);
  return showHit(state, context, text, (hits) => hits.findIndex((line) => line >= top));
}

type Choose = (hits: readonly number[]) => number;

/** Looks again, since lines may have come, and puts the place a third below the top. */
function showHit(state: UiState, context: UiContext, text: string, choose: Choose): UiStep {
  const hits = findHits(context.detailLines, text);
  const chosen = choose(hits);
  const hit = hits.length > 0 ? Math.max(0, chosen) : -1;
  const line = hits[hit];
  const found: UiState = { ...state, search: { text, hits, hit } };
  if (line === undefined) return say(found, `"${toPrintableLine(text)}" is nowhere in this detail`);
  const height = detailHeight(context);
  const top = clampTop({ top: line - Math.floor(height / 3), count: context.detailLines.length, height });
  return show({ ...found, detailTop: top, detailFollow: false });
}

function toHit(step: 1 | -1, key: string): UiHandler {
  return (state, context) => {
    const { search } = state;
    if (!search) return say(state, `${key}: search the detail first: 3, then /`);
    const at = search.hits[search.hit] ?? detailTopIn(state, context) - 1;
    return showHit(state, context, search.text, (hits) =>
      step === 1 ? hits.findIndex((line) => line > at) : lastBefore(hits, at),
    );
  };
}

/** Round the beginning to the last one. */
function lastBefore(hits: readonly number[], at: number): number {
  const before = hits.findLastIndex((line) => line < at);
  return before === -1 ? hits.length - 1 : before;
}

export const SEARCHING = {
  'next-hit': toHit(1, 'n'),
  'previous-hit': toHit(-1, 'N'),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
