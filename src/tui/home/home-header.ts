import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { needOf } from './home-needs.ts';
import type { HomeModel } from './home-state.ts';

/** The first row: whose plans these are, and how many of them need somebody. */
export function homeHeader({ data, ui }: Pick<HomeModel, 'data' | 'ui'>, glyphs: Glyphs): Line {
  const where = ui.everywhere ? 'all folders' : safeText(data.folder);
  const needy = data.plans?.items.filter((item) => needOf(item) !== null).length ?? 0;
  return [
    { text: ' agents', tone: 'strong' },
    { text: ` ${glyphs.dot} ${where}`, tone: 'plain' },
    ...(needy === 0
      ? []
      : [{ text: `   ${glyphs.waiting} ${needyText(needy)}`, tone: 'attention' as const }]),
  ];
}

const needyText = (count: number): string => (count === 1 ? '1 plan needs you' : `${count} plans need you`);
