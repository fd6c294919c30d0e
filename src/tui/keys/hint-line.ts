import stringWidth from 'string-width';
import type { Line, Span } from '../lines/line.ts';
import { reachableRows, type ReachableRow } from './find-key.ts';
import { keyLabel, keyLabels } from './key-names.ts';
import type { KeyScope } from './key-row.ts';

const GAP = '  ';

/** The most useful keys that are valid now, as many as fit in `width` cells; made from the table. */
export function hintLine(scopes: readonly KeyScope[], width: number): Line {
  const spans: Span[] = [];
  let used = 1;
  for (const { key, word } of hintsOf(scopes)) {
    const cells = (spans.length > 0 ? GAP.length : 0) + stringWidth(`${key} ${word}`);
    if (used + cells > width) break;
    spans.push({ text: spans.length > 0 ? GAP : ' ', tone: 'plain' });
    spans.push({ text: key, tone: 'strong' }, { text: ` ${word}`, tone: 'dim' });
    used += cells;
  }
  return spans;
}

function hintsOf(scopes: readonly KeyScope[]): readonly { key: string; word: string }[] {
  return reachableRows(scopes)
    .filter(({ row }) => row.hintRank !== null)
    .sort((a, b) => (a.row.hintRank ?? 0) - (b.row.hintRank ?? 0))
    .map((found) => ({ key: shownKey(found), word: found.row.hint }));
}

function shownKey({ row, keys }: ReachableRow): string {
  return row.action === 'choose-number' ? keyLabels(keys) : keys.slice(0, 1).map(keyLabel).join('');
}
