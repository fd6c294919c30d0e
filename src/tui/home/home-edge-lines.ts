import { isCommandRunning } from '../command/command-state.ts';
import type { HintMoment } from '../keys/hint-line.ts';
import type { ActionId } from '../keys/key-row.ts';
import { wrapLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { firstLine, safeText } from '../lines/safe-text.ts';
import { commandSpans, inputSpans } from '../panes/edge-lines.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { phaseStateWords } from '../words/state-words.ts';
import { homeHeader } from './home-header.ts';
import type { HomeItem } from './home-items.ts';
import { canGoOn } from './home-needs.ts';
import { needText, shortPlanLine, sourceText } from './home-row-lines.ts';
import { selectedItem, type HomeModel } from './home-state.ts';

/** The line above the hints: what is typed, else what was just said, else more of what is selected. */
export function homeToast(model: HomeModel, glyphs: Glyphs): Line {
  const { ui, data } = model;
  if (ui.command.line) return commandSpans(ui.command.line, glyphs);
  if (ui.input?.kind === 'filter')
    return [{ text: ' filter: ', tone: 'strong' }, ...inputSpans(ui.input, glyphs)];
  if (ui.toast) return [{ text: ` ${safeText(ui.toast.text)}`, tone: ui.toast.tone }];
  if (data.fault)
    return [
      { text: ` the plans can't be read at the moment: ${firstLine(data.fault.message)}`, tone: 'bad' },
    ];
  const item = selectedItem(model);
  return item ? aboutItem(item) : [];
}

/** What its row may have had no room for. */
function aboutItem(item: HomeItem): Line {
  if (item.kind === 'document') {
    const { fault, goal, file } = item.document;
    if (fault !== null) return [{ text: ` ${firstLine(fault)}`, tone: 'bad' }];
    return [{ text: ` ${firstLine(goal ?? file)}`, tone: 'dim' }];
  }
  const { plan } = item.plan;
  const need = needText(item.plan);
  const { source } = item.plan;
  const said = need === '' ? (plan.goal ?? '') : need;
  const words = [
    phaseStateWords(plan.phase, plan.state),
    ...(source === null ? [] : [`fork ${sourceText(source)}`]),
    firstLine(said),
  ];
  return [{ text: ` ${words.join('  ')}`, tone: 'dim' }];
}

/** What is left on a tiny screen. */
export function homeNotice(model: HomeModel, glyphs: Glyphs): readonly Line[] {
  const { columns, rows, kind } = model.layout;
  if (kind === 'too-small')
    return wrapLine([{ text: `terminal too small (${columns}x${rows}); q leaves`, tone: 'plain' }], columns);
  const item = selectedItem(model);
  return [homeHeader(model, glyphs), item ? tinyLine(item, glyphs) : [], homeToast(model, glyphs)];
}

function tinyLine(item: HomeItem, glyphs: Glyphs): Line {
  if (item.kind === 'plan') return shortPlanLine(item.plan, glyphs);
  return [{ text: ` ${glyphs.fold.closed} ${safeText(item.document.name)}`, tone: 'strong' }];
}

/** What the hint line leaves out or calls otherwise, for what is selected. */
export function homeMoment(model: HomeModel): HintMoment {
  const item = selectedItem(model);
  const isDocument = item?.kind === 'document';
  const useless: readonly (readonly [ActionId, boolean])[] = [
    ['resume-plan', item?.kind !== 'plan' || !canGoOn(item.plan)],
    ['open', item === null],
    ['order', model.items.plans.length === 0],
    ['delete-plan', item?.kind !== 'plan' || item.plan.isRun],
    ['interrupt', !isCommandRunning(model.ui.command)],
    ['next-pane', model.items.plans.length === 0 || model.items.documents.length === 0],
  ];
  return {
    useless: new Set(useless.flatMap(([action, isUseless]) => (isUseless ? [action] : []))),
    words: {
      'resume-plan': item?.kind === 'plan' && item.plan.plan.state === 'errored' ? 'retry' : 'go on',
      open: isDocument ? 'run' : 'open',
      'next-pane': isDocument ? 'plans' : 'documents',
      everywhere: model.ui.everywhere ? 'this folder' : 'all folders',
      ...(model.ui.mouse ? { mouse: 'mouse off' } : {}),
    },
    first: model.ui.mouse ? 'mouse' : null,
  };
}
