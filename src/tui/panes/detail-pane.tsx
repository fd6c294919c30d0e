import type { ReactElement } from 'react';
import type { Checkpoint } from '../../domain/checkpoint.ts';
import { DETAIL_TABS, TAB_WORDS, type DetailTab } from '../detail/detail-tabs.ts';
import type { PanePlace } from '../layout/layout.ts';
import { cutLine, lineWidth, padLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { borderFor } from './borders.ts';
import { followText } from './pane-words.ts';
import { Pane, visible } from './pane.tsx';

interface DetailPaneProps {
  readonly model: ScreenModel;
  readonly place: PanePlace;
  readonly glyphs: Glyphs;
}

/** What is known of the selection: its log, state, decisions, or what differs. */
export function DetailPane({ model, place, glyphs }: DetailPaneProps): ReactElement {
  const { ui, detailLines, subject } = model;
  const { width } = place.content;
  const found = ui.search?.hits[ui.search.hit] ?? -1;
  const rows = visible(detailLines, ui.detailTop, place).map((line, index) => [
    margin(ui.detailTop + index === found ? glyphs.selection : ' '),
    ...line,
  ]);
  const rule: Line = [
    { text: ` ${borderFor(glyphs, false).horizontal.repeat(Math.max(0, width - 2))}`, tone: 'dim' },
  ];
  return (
    <Pane
      place={place}
      glyphs={glyphs}
      focused={ui.focus === 'detail'}
      title={`3 Detail: ${TAB_WORDS[ui.tab]}`}
      note={model.compared === null ? subject.title : comparedText(model.compared, glyphs)}
      footer={footerText(model, rows.length, glyphs)}
      head={[tabsLine(ui.tab, model.compared === null ? '' : subject.title, width, glyphs), rule]}
      rows={rows.length === 0 ? [[{ text: ` ${EMPTY_WORDS[ui.tab]}`, tone: 'dim' }]] : rows}
      selected={found - ui.detailTop}
    />
  );
}

const EMPTY_WORDS: Readonly<Record<DetailTab, string>> = {
  log: 'nothing has happened here yet',
  diff: 'nothing differs',
  state: 'nothing is known yet',
  decision: 'nothing was decided here',
  files: 'there are no files',
};

/** `A ckpt 9 · B ckpt 12` */
function comparedText([a, b]: readonly [Checkpoint, Checkpoint | null], glyphs: Glyphs): string {
  return `A ckpt ${a.number} ${glyphs.dot} B ${b ? `ckpt ${b.number}` : 'now'}`;
}

const margin = (text: string): Span => ({ text, tone: 'accent' });

/** The tabs, the one that is shown in brackets: also without colours one sees which. */
function tabsLine(tab: DetailTab, title: string, width: number, glyphs: Glyphs): Line {
  const tabs = DETAIL_TABS.map((one): Span =>
    one === tab
      ? { text: `[${TAB_WORDS[one]}]`, tone: 'strong' }
      : { text: ` ${TAB_WORDS[one]} `, tone: 'dim' },
  );
  const left: Line = [{ text: ' ', tone: 'plain' }, ...tabs];
  const room = width - lineWidth(left) - 2;
  if (room < 8 || title === '') return left;
  const right = cutLine([{ text: title, tone: 'plain' }], room, glyphs.ellipsis);
  return [...padLine(left, width - lineWidth(right) - 1), ...right];
}

function footerText({ ui, detailLines }: ScreenModel, shown: number, glyphs: Glyphs): string {
  const words = [
    ...(ui.search ? [`${ui.search.hit + 1} of ${ui.search.hits.length} found`] : []),
    ...(detailLines.length > 0 ? [`${ui.detailTop + shown} of ${detailLines.length} lines`] : []),
    ...(ui.detailFollow ? [followText(glyphs)] : []),
  ];
  return words.join(` ${glyphs.dot} `);
}
