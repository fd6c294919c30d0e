import { AUTO_TRIGGERS } from '../../domain/checkpoint.ts';
import type { Originated, TriggerStanding } from '../../ports/trigger-settings.ts';
import { lineWidth } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { Dialog } from '../ui/ui-state.ts';
import { padCells } from '../words/cells.ts';
import { TRIGGER_WORDS, type Glyphs } from '../words/glyphs.ts';
import { BLANK, words, type DialogContent } from './dialog-content.ts';
import { paragraph } from './paragraph.ts';

const WIDTH = 76;
const NAME_CELLS = 24;
const WORD_CELLS = 16;

/** What takes checkpoints by itself, and where each setting comes from. */
export function triggersContent(
  { selected }: Dialog & { readonly kind: 'triggers' },
  { ui: { triggers }, view }: ScreenModel,
  glyphs: Glyphs,
  room: number,
): DialogContent {
  const width = Math.min(WIDTH, room);
  const lines = triggers
    ? panelLines(triggers, selected, glyphs, width)
    : [words('reading the settings', 'dim')];
  const untaken = view.waiting.some(({ kind }) => kind === 'settings')
    ? paragraph(`${glyphs.waiting} ${UNTAKEN}`, width, 'attention')
    : [];
  return {
    title: 'Triggers',
    note: 'what takes checkpoints by itself',
    footer: 'Space on or off',
    lines: [...lines, ...untaken],
    selected: triggers ? selected : -1,
    // Where a value comes from can be long, and has to be read whole.
    width: Math.min(room, Math.max(width, ...lines.map((line) => lineWidth(line) + 1))),
  };
}

/** The panel shows the file; the plan doesn't go by it as long as that waits. */
const UNTAKEN =
  'a step changed this while it wrote: the plan goes by the settings before that, until you answer (a)';

function panelLines(
  standing: TriggerStanding,
  selected: number,
  glyphs: Glyphs,
  width: number,
): readonly Line[] {
  const { autoCreateOn, intervalSeconds, intervalSteps, onFailure } = standing;
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
  return [
    ...rows,
    BLANK,
    settingLine('triggers', String(autoCreateOn.value.length), autoCreateOn),
    settingLine('interval', unitText(intervalSeconds.value, 'seconds'), intervalSeconds),
    settingLine('', unitText(intervalSteps.value, 'steps'), intervalSteps),
    settingLine('if one fails', FAILURE_WORDS[onFailure.value], onFailure),
    BLANK,
    ...fileLines(standing, glyphs, width),
  ];
}

const FAILURE_WORDS = { stop: 'the plan pauses', warn: 'the plan goes on' } as const;

function unitText(value: number | null, unit: string): string {
  return value === null ? `no ${unit}` : `every ${value} ${unit}`;
}

function settingLine(name: string, value: string, { origin, overrides }: Originated<unknown>): Line {
  return [
    { text: `  ${padCells(name, 14)}`, tone: 'dim' },
    { text: padCells(value, 20), tone: 'plain' },
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
