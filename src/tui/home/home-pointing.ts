import { isCommandOpen } from '../command/command-state.ts';
import { hitPlace } from '../layout/hit-test.ts';
import { wheelRows, WHEEL_ROWS, type Pointed } from '../ui/pointed.ts';
import { scrolledWindow } from '../ui/window.ts';
import { rowOf, type HomeItems, type PlanItem } from './home-items.ts';
import { moveTo } from './home-moving.ts';
import type { HomeModel, HomeUi } from './home-state.ts';
import { show, type HomeStep } from './home-step.ts';

/** Moves in what is open by one row. */
export type TurnWheel = (ui: HomeUi, action: 'move-down' | 'move-up', model: HomeModel) => HomeStep;

/** What comes of the mouse: a click selects what it points to, the wheel scrolls the list below it. */
export function stepHomePointed(
  before: HomeUi,
  pointed: Pointed,
  model: HomeModel,
  turnWheel: TurnWheel,
): HomeStep {
  if (!before.mouse) return show(before);
  const ui = before.toast?.until === 'next-key' ? { ...before, toast: null } : before;
  const by = wheelRows(pointed);
  // What is open has the mouse, as it has the keys; and no click ever says yes to something.
  if (ui.dialog || isCommandOpen(ui.command)) return turnInDialog(ui, by, model, turnWheel);
  if (ui.input) return show(ui);
  return by === 0 ? click(ui, pointed, model) : scroll(ui, pointed, by, model);
}

function turnInDialog(ui: HomeUi, by: number, model: HomeModel, turnWheel: TurnWheel): HomeStep {
  if (by === 0 || ui.input || ui.command.line) return show(ui);
  const hasText = ui.command.outputTop !== null || ui.dialog?.kind === 'help';
  let step = show(ui);
  for (let row = 0; row < (hasText ? WHEEL_ROWS : 1); row += 1)
    step = turnWheel(step.ui, by > 0 ? 'move-down' : 'move-up', model);
  return step;
}

function click(ui: HomeUi, pointed: Pointed, model: HomeModel): HomeStep {
  const { plans, documents, rows } = model.items;
  const inPlans = hitPlace(model.layout.plans, pointed)?.row ?? null;
  const inDocuments = hitPlace(model.layout.documents, pointed)?.row ?? null;
  const row = inPlans === null ? undefined : rows[ui.plansTop + inPlans];
  if (row?.kind === 'plan') return moveTo(ui, model, plans.indexOf(row));
  if (inDocuments !== null && ui.documentsTop + inDocuments < documents.length)
    return moveTo(ui, model, plans.length + ui.documentsTop + inDocuments);
  return show(ui);
}

/** The selection stays where it is as long as that can be seen. */
function scroll(ui: HomeUi, pointed: Pointed, by: number, model: HomeModel): HomeStep {
  const { layout, items } = model;
  const count = items.plans.length;
  if (layout.plans && hitPlace(layout.plans, pointed)) {
    const { height } = layout.plans.content;
    const window = { top: ui.plansTop + by, count: items.rows.length, height };
    const { top, index } = scrolledWindow(window, rowOf(items, ui.index));
    return selectIn({ ...ui, plansTop: top }, ui.index < count ? planAt(items, index) : ui.index, model);
  }
  if (!layout.documents || !hitPlace(layout.documents, pointed)) return show(ui);
  const { height } = layout.documents.content;
  const window = { top: ui.documentsTop + by, count: items.documents.length, height };
  const { top, index } = scrolledWindow(window, ui.index - count);
  return selectIn({ ...ui, documentsTop: top }, ui.index < count ? ui.index : count + index, model);
}

const selectIn = (ui: HomeUi, index: number, model: HomeModel): HomeStep =>
  index === ui.index ? show(ui) : moveTo(ui, model, index);

/** The plan that a row shows, or the first one below the row of a folder. */
function planAt({ plans, rows }: HomeItems, row: number): number {
  const plan = rows.slice(row).find(({ kind }) => kind === 'plan');
  return plans.indexOf(plan as PlanItem);
}
