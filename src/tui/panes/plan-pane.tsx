import type { ReactElement } from 'react';
import type { PanePlace } from '../layout/layout.ts';
import { treeRowLine } from '../rows/tree-row-line.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { hasEnded } from '../ui/plan-standing.ts';
import { followText, listFooter } from './pane-words.ts';
import { Pane, visible } from './pane.tsx';

interface PlanPaneProps {
  readonly model: ScreenModel;
  readonly place: PanePlace;
  readonly glyphs: Glyphs;
}

/** The plan as a tree of phases, steps and subplans. */
export function PlanPane({ model, place, glyphs }: PlanPaneProps): ReactElement {
  const { ui, treeRows, past } = model;
  const index = treeRows.findIndex(({ id }) => id === ui.planSelected);
  const rows = visible(treeRows, ui.planTop, place).map((row) =>
    treeRowLine(row, { width: place.content.width, glyphs, selected: row.id === ui.planSelected }),
  );
  return (
    <Pane
      place={place}
      glyphs={glyphs}
      focused={ui.focus === 'plan'}
      title={past ? `1 Plan as of checkpoint ${past.number}` : '1 Plan'}
      note={planNote(model, glyphs)}
      footer={listFooter(index, treeRows.length, ui.planFilter, glyphs)}
      head={[]}
      rows={rows}
      selected={index - ui.planTop}
    />
  );
}

function planNote({ ui, view, past }: ScreenModel, glyphs: Glyphs): string {
  if (past) return 'v: now';
  // Nothing comes any more that could be followed.
  return ui.follow && !hasEnded(view) ? followText(glyphs) : '';
}
