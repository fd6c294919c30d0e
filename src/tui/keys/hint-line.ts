import stringWidth from 'string-width';
import type { Line, Span } from '../lines/line.ts';
import { DEFAULT_KEYS, type ReachableRow } from './find-key.ts';
import { keyLabel, keyLabels } from './key-names.ts';
import type { ActionId, KeyRow, KeyScope } from './key-row.ts';

const GAP = '  ';

/** What differs from the table as things stand now. */
export interface HintMoment {
  /** Would only say why it does nothing. */
  readonly useless: ReadonlySet<ActionId>;
  readonly words: Partial<Readonly<Record<ActionId, string>>>;
  /** What the person most likely wants; behind the keys that are always there. */
  readonly first: ActionId | null;
}

const ANY_MOMENT: HintMoment = { useless: new Set(), words: {}, first: null };
const FIRST_RANK = 3;

/** The most useful keys that are valid now, as many as fit in `width` cells; made from the table. */
export function hintLine(
  scopes: readonly KeyScope[],
  width: number,
  moment = ANY_MOMENT,
  keys = DEFAULT_KEYS,
): Line {
  const spans: Span[] = [];
  let used = 1;
  for (const { key, word } of hintsOf(keys.reachable(scopes), moment)) {
    const cells = (spans.length > 0 ? GAP.length : 0) + stringWidth(`${key} ${word}`);
    if (used + cells > width) break;
    spans.push({ text: spans.length > 0 ? GAP : ' ', tone: 'plain' });
    spans.push({ text: key, tone: 'strong' }, { text: ` ${word}`, tone: 'dim' });
    used += cells;
  }
  return spans;
}

function hintsOf(
  reachable: readonly ReachableRow[],
  { useless, words, first }: HintMoment,
): readonly { key: string; word: string }[] {
  const rank = ({ action, hintRank }: KeyRow): number =>
    action === first ? FIRST_RANK : (hintRank as number);
  return reachable
    .filter(({ row }) => row.hintRank !== null && !useless.has(row.action))
    .sort((a, b) => rank(a.row) - rank(b.row))
    .map((found) => ({ key: shownKey(found), word: words[found.row.action] ?? found.row.hint }));
}

function shownKey({ row, keys }: ReachableRow): string {
  return row.action === 'choose-number' ? keyLabels(keys) : keys.slice(0, 1).map(keyLabel).join('');
}
