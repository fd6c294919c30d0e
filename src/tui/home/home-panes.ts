import type { PanePlace } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import { listFooter } from '../panes/pane-words.ts';
import { paneLines, visible } from '../panes/pane-lines.ts';
import type { PlacedLinesProps } from '../panes/placed-lines.tsx';
import type { Glyphs } from '../words/glyphs.ts';
import { ORDER_WORDS } from './home-order.ts';
import { documentLine, folderLine, planLine, planTitles } from './home-row-lines.ts';
import { rowOf } from './home-items.ts';
import type { HomeModel } from './home-state.ts';

const note = (text: string): Line => [{ text: `    ${text}`, tone: 'dim' }];

/** The plans in their order; those of all folders by folder. */
export function plansPane(model: HomeModel, place: PanePlace, glyphs: Glyphs): PlacedLinesProps {
  const { items, ui, data, now } = model;
  const { width } = place.content;
  const rows = visible(items.rows, ui.plansTop, place).map((row) =>
    row.kind === 'folder'
      ? folderLine(row, { width, glyphs })
      : planLine(row.plan, { selected: row.id === ui.selected, width, glyphs, now }),
  );
  const count = items.plans.length;
  const isHere = ui.index < count;
  return paneLines({
    place,
    glyphs,
    focused: isHere || items.documents.length === 0,
    title: count > 0 ? `Plans: ${ORDER_WORDS[ui.order]}` : 'Plans',
    note: data.plans?.hasMore ? `the newest ${data.plans.items.length}` : '',
    footer: listFooter(isHere ? ui.index : 0, count, ui.filter, glyphs),
    head: [count > 0 ? planTitles({ width, glyphs }) : []],
    rows: count > 0 ? rows : noPlans(model),
    selected: isHere && count > 0 ? rowOf(items, ui.index) - ui.plansTop : -1,
  });
}

/** What to do first. */
function noPlans({ data, ui }: HomeModel): readonly Line[] {
  if (data.plans === null) return [note(data.fault ? '' : 'reading')];
  if (data.plans.items.length > 0) return [];
  const nobody = ui.everywhere ? 'no plan yet' : 'no plan in this folder yet (A shows those of all folders)';
  const first = data.documents?.length
    ? 'Enter on a document below makes the first one'
    : 'agents init writes an example; agents plan run FILE runs any document';
  return [note(nobody), note(first)];
}

/** What plans can be made of. */
export function documentsPane(model: HomeModel, place: PanePlace, glyphs: Glyphs): PlacedLinesProps {
  const { items, ui, data, now } = model;
  const { width } = place.content;
  const rows = visible(items.documents, ui.documentsTop, place).map((item) =>
    documentLine(item, { selected: item.id === ui.selected, width, glyphs, now }),
  );
  const count = items.documents.length;
  const index = ui.index - items.plans.length;
  const isHere = index >= 0 && count > 0;
  return paneLines({
    place,
    glyphs,
    focused: isHere,
    title: 'Documents to run',
    note: '',
    footer: isHere ? `${index + 1} of ${count}` : '',
    head: [],
    rows: count > 0 ? rows : noDocuments(data.documents),
    selected: isHere ? index - ui.documentsTop : -1,
  });
}

function noDocuments(documents: HomeModel['data']['documents']): readonly Line[] {
  if (documents === null) return [note('reading')];
  if (documents.length > 0) return [];
  return [note('none: *.plan.yaml in this folder, in .agents/plans or in examples')];
}
