import type { ReactElement } from 'react';
import type { PanePlace } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import { checkpointRowLine } from '../rows/checkpoint-row-line.ts';
import { railLines } from '../rows/rail-lines.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { checkpointFilterText } from '../ui/checkpoint-selection.ts';
import { sizeText } from '../words/file-words.ts';
import { followText, listFooter } from './pane-words.ts';
import { Pane } from './pane.tsx';

interface CheckpointsPaneProps {
  readonly model: ScreenModel;
  readonly place: PanePlace;
  readonly glyphs: Glyphs;
}

const MARGIN = 2;
const EMPTY: Line = [{ text: '  none yet: c takes one now, T shows what takes them by itself', tone: 'dim' }];

/** The checkpoints: all of them on a rail, and a row for each, newest first. */
export function CheckpointsPane({ model, place, glyphs }: CheckpointsPaneProps): ReactElement {
  const { ui, view, checkpointRows, fileCounts, now } = model;
  const { checkpointSelected: selected } = ui;
  const index = checkpointRows.indexOf(selected);
  const { width } = place.content;
  const rows = checkpointRows.slice(ui.checkpointTop, ui.checkpointTop + place.content.height).map((row) =>
    checkpointRowLine(row, {
      selected: row.id === selected,
      marked: row.id === ui.mark,
      counts: fileCounts.get(row.id),
      width,
      glyphs,
      now,
    }),
  );
  return (
    <Pane
      place={place}
      glyphs={glyphs}
      focused={ui.focus === 'checkpoints'}
      title="2 Checkpoints"
      note={noteOf(model, index, glyphs)}
      footer={listFooter(index, checkpointRows.count, checkpointFilterText(ui), glyphs)}
      head={railHead(model, width, glyphs)}
      rows={view.checkpoints.size === 0 ? [EMPTY] : rows}
      selected={index - ui.checkpointTop}
    />
  );
}

/** How many there are, what they take, and whether the list goes with what comes. */
function noteOf({ view: { checkpoints }, ui }: ScreenModel, index: number, glyphs: Glyphs): string {
  const { size, bytes, gone } = checkpoints;
  const newer = index > 0 ? `${index} newer (v)` : '';
  const standing = ui.checkpointFollow ? followText(glyphs) : newer;
  const kept = [
    gone === 0 ? `${size} kept` : `${size} of ${size + gone} kept`,
    bytes === 0 ? '' : sizeText(bytes),
  ];
  return [standing, ...kept].filter((words) => words !== '').join(` ${glyphs.dot} `);
}

function railHead({ view, ui }: ScreenModel, width: number, glyphs: Glyphs): readonly Line[] {
  const { rail, under } = railLines(view, {
    width: Math.max(0, width - 2 * MARGIN),
    selectedId: ui.checkpointSelected,
    markedId: ui.mark,
    glyphs,
  });
  const margin = { text: ' '.repeat(MARGIN), tone: 'plain' } as const;
  return [
    [margin, ...rail],
    [margin, ...under],
  ];
}
