import type { PlacedLinesProps } from '../panes/placed-lines.tsx';
import type { ScreenSize } from '../shell/screen-output.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { HomeData } from './home-data.ts';
import { homeHeader } from './home-header.ts';
import { homeItems } from './home-items.ts';
import { homeLayout } from './home-layout.ts';
import { documentsPane, plansPane } from './home-panes.ts';
import { INITIAL_HOME, type HomeModel } from './home-state.ts';

export interface EarlyHome extends Pick<HomeModel, 'now'> {
  readonly data: HomeData;
  readonly size: ScreenSize;
  readonly glyphs: Glyphs;
}

/** The home screen as it opens, without its last two rows: no key acts yet. Nothing on a tiny screen. */
export function earlyHome({ data, size, glyphs, now }: EarlyHome): readonly PlacedLinesProps[] {
  const items = homeItems(data, INITIAL_HOME);
  const layout = homeLayout(size.columns, size.rows, items.documents.length, data.plans?.items.length === 0);
  const { header, plans, documents } = layout;
  if (!header || !plans || !documents) return [];
  const ui = { ...INITIAL_HOME, selected: items.all[0]?.id ?? null };
  const model = { data, ui, items, layout, now };
  return [
    { rect: header, lines: [homeHeader(model, glyphs)] },
    plansPane(model, plans, glyphs),
    documentsPane(model, documents, glyphs),
  ];
}
