import type { ActionId } from '../keys/key-row.ts';
import { safeText } from '../lines/safe-text.ts';
import { MOUSE_WORDS } from '../ui/pointed.ts';
import { canGoOn } from './home-needs.ts';
import { HOME_ORDERS, type HomeOrder } from './home-order.ts';
import { selectedItem, type HomeUi } from './home-state.ts';
import { ask, say, show, type HomeHandler } from './home-step.ts';

const open: HomeHandler = (ui, model) => {
  const item = selectedItem(model);
  if (!item) return say(ui, 'there is nothing to open here');
  if (item.kind === 'plan') return ask(ui, { kind: 'open', plan: item.plan.plan, goOn: false });
  const { file } = item.document;
  const reading: HomeUi = { ...ui, reading: file, toast: { tone: 'dim', text: `reading ${safeText(file)}` } };
  return ask(reading, { kind: 'read-form', file });
};

const resume: HomeHandler = (ui, model) => {
  const item = selectedItem(model);
  if (item?.kind !== 'plan') return say(ui, 'r goes on with a plan; Enter runs a document');
  const { plan } = item.plan;
  if (canGoOn(item.plan)) return ask(ui, { kind: 'open', plan, goOn: true });
  return say(ui, item.plan.isRun ? 'r: somebody runs it; Enter shows it' : 'r: the plan has ended');
};

const deletePlan: HomeHandler = (ui, model) => {
  const item = selectedItem(model);
  if (item?.kind !== 'plan') return say(ui, 'D deletes a plan; a document is a file of yours');
  if (item.plan.isRun) return say(ui, 'D: somebody runs it; stop it first');
  const { plan } = item.plan;
  return ask({ ...ui, reading: plan.plan_id }, { kind: 'read-footprint', plan });
};

const everywhere: HomeHandler = (ui) => ask({ ...ui, everywhere: !ui.everywhere }, { kind: 'read-plans' });

const order: HomeHandler = (ui, { items }) => {
  if (items.plans.length === 0) return say(ui, 'o orders plans; there is none here');
  const next = HOME_ORDERS[(HOME_ORDERS.indexOf(ui.order) + 1) % HOME_ORDERS.length] as HomeOrder;
  return show({ ...ui, order: next });
};

const back: HomeHandler = (ui) =>
  ui.filter === '' ? say(ui, 'q leaves', 'dim') : show({ ...ui, filter: '' });

/** Ctrl-C: what is open is closed, else the screen is left. */
const interrupt: HomeHandler = (ui) =>
  ui.dialog || ui.input ? show({ ...ui, input: null, dialog: null }) : ask(ui, { kind: 'leave' });

const mouse: HomeHandler = (ui) => {
  const on = !ui.mouse;
  const words = on ? MOUSE_WORDS.on : MOUSE_WORDS.off;
  return { ...say({ ...ui, mouse: on }, words, 'dim'), effects: [{ kind: 'mouse', on }] };
};

export const HOME_OPENING = {
  open,
  'resume-plan': resume,
  'delete-plan': deletePlan,
  everywhere,
  mouse,
  order,
  back,
  interrupt,
  help: (ui) => show({ ...ui, dialog: { kind: 'help', scopes: ['home', 'always'], filter: '', top: 0 } }),
  about: (ui) =>
    show({
      ...ui,
      dialog: { kind: 'help', scopes: ['home', 'always'], filter: '', top: 0, prose: 'home' },
    }),
  quit: (ui) => ask(ui, { kind: 'leave' }),
  suspend: (ui) => ask(ui, { kind: 'suspend' }),
  redraw: (ui) => ask(ui, { kind: 'redraw' }),
} as const satisfies Partial<Record<ActionId, HomeHandler>>;
