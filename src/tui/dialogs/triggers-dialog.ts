import { INTERVAL_UNITS, type IntervalUnit } from '../../domain/interval-change.ts';
import { AUTO_TRIGGERS } from '../../domain/checkpoint.ts';
import type { Originated, TriggerStanding } from '../../ports/trigger-settings.ts';
import { lineWidth } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { PlanView } from '../store/plan-view.ts';
import { isRunning } from '../ui/plan-standing.ts';
import { intervalOf } from '../ui/triggers.ts';
import type { Dialog } from '../ui/ui-state.ts';
import { padCells } from '../words/cells.ts';
import { TRIGGER_WORDS, type Glyphs } from '../words/glyphs.ts';
import { FAILURE_WORDS } from '../words/settings-news.ts';
import { BLANK, words, type DialogContent } from './dialog-content.ts';
import { heldSettings, type HeldSettings } from './held-settings.ts';
import { paragraph } from './paragraph.ts';

const WIDTH = 76;
const NAME_CELLS = 24;
const WORD_CELLS = 16;

/** What takes checkpoints by itself, and where each setting comes from. */
export function triggersContent(
  { selected }: Dialog & { readonly kind: 'triggers' },
  { ui: { triggers }, view, now }: Pick<ScreenModel, 'ui' | 'view' | 'now'>,
  glyphs: Glyphs,
  room: number,
): DialogContent {
  const width = Math.min(WIDTH, room);
  const known = triggers && heldSettings(triggers, view.settings);
  const lines = known
    ? panelLines(known, { selected, glyphs, width, due: (unit) => dueText(known.standing, unit, view, now) })
    : [words('reading the settings', 'dim')];
  const isAsked = view.waiting.some(({ kind }) => kind === 'settings');
  const why = isAsked ? UNTAKEN : known && known.held.size > 0 ? LEFT : null;
  const untaken = why === null ? [] : paragraph(`${glyphs.waiting} ${why}`, width, 'attention');
  return {
    title: 'Triggers',
    note: 'what takes checkpoints by itself',
    footer: 'Space on or off, + and - an interval',
    lines: [...lines, ...untaken],
    selected: triggers ? selected : -1,
    // Where a value comes from can be long, and has to be read whole.
    width: Math.min(room, Math.max(width, ...lines.map((line) => lineWidth(line) + 1))),
  };
}

const UNTAKEN =
  'a step changed this while it wrote: the plan goes by the settings before that, until you answer (a)';
const LEFT =
  'a step changed the file while it wrote, and that was left: the plan goes by what stands here; your next change of ' +
  'the file is taken, with all that it says';

interface PanelOptions {
  readonly selected: number;
  readonly glyphs: Glyphs;
  readonly width: number;
  /** When the next checkpoint of an interval comes, in words. */
  readonly due: (unit: IntervalUnit) => string;
}

/** Intervals are looked at when a step ends: then a checkpoint is taken if either has gone by. */
function dueText(standing: TriggerStanding, unit: IntervalUnit, view: PlanView, now: number): string {
  const { value } = intervalOf(standing, unit);
  const { since, steps } = view.settings.interval;
  if (value === null || since === null || !isRunning(view)) return '';
  if (standing.autoCreateOn.value.length === 0) return 'not taken: no trigger is on';
  // A clock that was set back must not promise more than there can be.
  const left =
    unit === 'steps' ? value - steps : Math.min(value, Math.ceil((since + value * 1000 - now) / 1000));
  if (left <= 0) return 'next when a step ends';
  return unit === 'steps' ? `next in ${left} ${left === 1 ? 'step' : 'steps'}` : `next in ${left} s`;
}

function panelLines(
  { standing, held }: HeldSettings,
  { selected, glyphs, width, due }: PanelOptions,
): readonly Line[] {
  const { autoCreateOn, onFailure } = standing;
  const rows = AUTO_TRIGGERS.map((trigger, index): Line => {
    const isOn = autoCreateOn.value.includes(trigger);
    return [
      { text: `${index === selected ? glyphs.selection : ' '} `, tone: 'accent' },
      { text: `[${isOn ? 'x' : ' '}] `, tone: isOn ? 'strong' : 'dim' },
      { text: `${glyphs.trigger[trigger]} `, tone: 'accent' },
      { text: padCells(trigger, NAME_CELLS), tone: isOn ? 'plain' : 'dim' },
      { text: padCells(TRIGGER_WORDS[trigger], WORD_CELLS), tone: isOn ? 'plain' : 'dim' },
      { text: isOn ? 'on' : 'off', tone: isOn ? 'good' : 'dim' },
    ];
  });
  const line = (
    key: 'autoCreateOn' | 'intervalSeconds' | 'intervalSteps' | 'onFailure',
    name: string,
    value: string,
  ) => settingLine(name, value, standing[key], held.has(key));
  const intervals = INTERVAL_UNITS.map((unit, index): Line => {
    const { value } = intervalOf(standing, unit);
    return [
      { text: `${AUTO_TRIGGERS.length + index === selected ? glyphs.selection : ' '} `, tone: 'accent' },
      { text: `[${value === null ? ' ' : 'x'}] `, tone: value === null ? 'dim' : 'strong' },
      { text: `${glyphs.trigger.interval} `, tone: 'accent' },
      { text: padCells(`interval in ${unit}`, NAME_CELLS), tone: value === null ? 'dim' : 'plain' },
      { text: padCells(value === null ? '' : `every ${value}`, WORD_CELLS), tone: 'plain' },
      { text: value === null ? 'off' : due(unit), tone: 'dim' },
    ];
  });
  return [
    ...rows,
    ...intervals,
    BLANK,
    line('autoCreateOn', 'triggers', String(autoCreateOn.value.length)),
    line('intervalSeconds', 'interval', 'seconds'),
    line('intervalSteps', '', 'steps'),
    line('onFailure', 'if one fails', FAILURE_WORDS[onFailure.value]),
    BLANK,
    ...fileLines(standing, glyphs, width),
  ];
}

function settingLine(
  name: string,
  value: string,
  { origin, overrides }: Originated<unknown>,
  isHeld: boolean,
): Line {
  return [
    { text: `  ${padCells(name, 14)}`, tone: 'dim' },
    { text: padCells(value, 20), tone: 'plain' },
    ...(isHeld ? [{ text: 'as before ', tone: 'attention' } as const] : []),
    ...(overrides ? [{ text: 'not the file: ', tone: 'attention' } as const] : []),
    { text: safeText(origin), tone: 'dim' },
  ];
}

/** Which file a change is written to, and why the files as they stand aren't taken. */
function fileLines({ file, fault }: TriggerStanding, glyphs: Glyphs, width: number): readonly Line[] {
  const where = paragraph(`  ${file.exists ? 'written to' : 'makes the file'} ${file.path}`, width, 'dim');
  if (!fault) return where;
  const hint = fault.hint === null ? '' : ` - ${fault.hint}`;
  return [
    ...where,
    ...paragraph(`${glyphs.step.failed} not taken: ${fault.message}${hint}`, width, 'bad'),
    words('  the values above are the last good ones', 'dim'),
  ];
}
