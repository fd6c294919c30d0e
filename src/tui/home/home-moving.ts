import { toPrintableLine } from '../../domain/printable.ts';
import type { ActionId } from '../keys/key-row.ts';
import { moveInHelp, type Stride } from '../ui/dialog-moves.ts';
import { movingKeys } from '../ui/strides.ts';
import { clampIndex, topShowing } from '../ui/window.ts';
import { DELETE_CHOICES, RUN_CHOICES } from './home-dialog-choices.ts';
import { rowOf, type HomeItems } from './home-items.ts';
import type { HomeLayout } from './home-layout.ts';
import type { HomeModel, HomeUi } from './home-state.ts';
import { say, show, type HomeHandler } from './home-step.ts';

function moveBy(direction: 1 | -1, stride: Stride): HomeHandler {
  return (ui, model) => {
    const { dialog, keys } = ui;
    if (dialog?.kind === 'help')
      return show({
        ...ui,
        dialog: moveInHelp(dialog, direction, stride, { layout: model.layout, keys }),
      });
    if (dialog?.kind === 'run' || dialog?.kind === 'delete') {
      const { length } = dialog.kind === 'run' ? RUN_CHOICES : DELETE_CHOICES;
      const selected = Math.max(0, clampIndex(dialog.selected + direction, length));
      return show({ ...ui, dialog: { ...dialog, selected } });
    }
    return dialog ? show(ui) : moveTo(ui, model, ui.index + direction * stride(paneHeight(ui, model)));
  };
}

export function moveTo(ui: HomeUi, { items }: HomeModel, wanted: number) {
  const index = clampIndex(wanted, items.all.length);
  const item = items.all[index];
  return item ? show({ ...ui, selected: item.id, index }) : say(ui, emptyText(ui.filter));
}

const emptyText = (filter: string): string =>
  filter === '' ? 'there is nothing yet' : `nothing has "${toPrintableLine(filter)}"; Esc shows all`;

const isInDocuments = (ui: HomeUi, items: HomeItems): boolean => ui.index >= items.plans.length;

/** The rows of the pane with the selection. */
function paneHeight(ui: HomeUi, { items, layout }: HomeModel): number {
  const pane = isInDocuments(ui, items) ? layout.documents : layout.plans;
  return pane?.content.height ?? 1;
}

const otherPane: HomeHandler = (ui, model) => {
  const { plans, documents } = model.items;
  const target = isInDocuments(ui, model.items) ? 0 : plans.length;
  const isThere = target === 0 ? plans.length > 0 : documents.length > 0;
  if (isThere) return moveTo(ui, model, target);
  return say(ui, target === 0 ? 'there is no plan here' : 'there is no document here');
};

/**
 * Puts the selection where it belongs in what is there now: on the same item, or where that stood; and what is selected
 * into sight.
 */
export function placeSelection(ui: HomeUi, items: HomeItems, layout: HomeLayout): HomeUi {
  const known = items.all.findIndex(({ id }) => id === ui.selected);
  const index = known >= 0 ? known : clampIndex(ui.index, items.all.length);
  const at = index - items.plans.length;
  const placed = {
    ...ui,
    selected: items.all[index]?.id ?? ui.selected,
    index: Math.max(0, index),
    plansTop: plansTopIn(ui, items, layout, at < 0 ? rowOf(items, index) : null),
    documentsTop: topIn(layout.documents, items.documents.length, ui.documentsTop, at >= 0 ? at : null),
  };
  return isSamePlace(ui, placed) ? ui : placed;
}

/** With the first plan of a folder comes the row that says whose it is. */
function plansTopIn(ui: HomeUi, { rows }: HomeItems, { plans }: HomeLayout, row: number | null): number {
  const top = topIn(plans, rows.length, ui.plansTop, row);
  const isHidden = row !== null && top === row && rows[row - 1]?.kind === 'folder';
  return isHidden && plans && plans.content.height > 1 ? top - 1 : top;
}

function topIn(pane: HomeLayout['plans'], count: number, top: number, index: number | null): number {
  const window = { top, count, height: pane?.content.height ?? 1 };
  // Where the selection isn't, the place stays; but no row stays empty while there are more.
  return topShowing(Math.max(0, index ?? Math.min(top, count - 1)), window);
}

function isSamePlace(a: HomeUi, b: HomeUi): boolean {
  return (
    a.selected === b.selected &&
    a.index === b.index &&
    a.plansTop === b.plansTop &&
    a.documentsTop === b.documentsTop
  );
}

export const HOME_MOVING = {
  ...movingKeys(moveBy),
  'next-pane': otherPane,
} as const satisfies Partial<Record<ActionId, HomeHandler>>;
