import { shortId } from '../../domain/ids.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import { layoutFor } from '../layout/layout-for.ts';
import { PANES, type PaneId } from '../layout/layout.ts';
import { cutLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import { paneLines } from '../panes/pane-lines.ts';
import type { PlacedLinesProps } from '../panes/placed-lines.tsx';
import type { ScreenSize } from '../shell/screen-output.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { phaseStateWords } from '../words/state-words.ts';

export interface EarlyPlan {
  readonly plan: Pick<PlanSummary, 'name' | 'plan_id' | 'phase' | 'state' | 'checkpoints'>;
  readonly size: ScreenSize;
  /** Percent of the columns that the plan gets beside the other panes. */
  readonly sideWidth: number;
  readonly glyphs: Glyphs;
}

const TITLES: Readonly<Record<PaneId, string>> = {
  plan: '1 Plan',
  checkpoints: '2 Checkpoints',
  detail: '3 Detail',
};

/** A plan's screen before its history has been read: what the list of plans knows. Nothing on a tiny screen. */
export function earlyPlan({ plan, size, sideWidth, glyphs }: EarlyPlan): readonly PlacedLinesProps[] {
  const { header, panes } = layoutFor(size.columns, size.rows, {
    zoom: 'normal',
    focus: 'plan',
    leftPercent: sideWidth,
  });
  if (!header) return [];
  const drawn = PANES.flatMap((id) => {
    const place = panes[id];
    if (!place) return [];
    const rows: readonly Line[] = id === 'plan' ? [[{ text: ' reading the plan', tone: 'dim' }]] : [];
    return [
      paneLines({
        place,
        glyphs,
        focused: id === 'plan',
        title: TITLES[id],
        note: '',
        footer: '',
        head: [],
        rows,
        selected: -1,
      }),
    ];
  });
  return [{ rect: header, lines: [cutLine(headOf(plan, glyphs), header.width, glyphs.ellipsis)] }, ...drawn];
}

function headOf({ name, plan_id, phase, state, checkpoints }: EarlyPlan['plan'], glyphs: Glyphs): Line {
  return [
    { text: ` agents ${glyphs.dot} `, tone: 'dim' },
    { text: safeText(name), tone: 'strong' },
    { text: ` ${glyphs.dot} ${shortId(plan_id)}   `, tone: 'dim' },
    { text: `${glyphs.plan[state]} ${phaseStateWords(phase, state)}`, tone: 'plain' },
    { text: `   ${checkpoints === 1 ? '1 checkpoint' : `${checkpoints} checkpoints`}`, tone: 'plain' },
  ];
}
