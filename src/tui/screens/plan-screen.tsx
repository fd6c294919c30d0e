import { Box } from 'ink';
import type { ReactElement } from 'react';
import { CheckpointsPane } from '../panes/checkpoints-pane.tsx';
import { DetailPane } from '../panes/detail-pane.tsx';
import { fitLine, noticeLines, railLine, tabBarLine, toastLine } from '../panes/edge-lines.ts';
import { PlacedLines } from '../panes/placed-lines.tsx';
import { PlanPane } from '../panes/plan-pane.tsx';
import { CandidateList } from '../command/candidate-list.tsx';
import { DialogBox } from '../dialogs/dialog-box.tsx';
import { hintLine } from '../keys/hint-line.ts';
import type { Rect } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import { headerLine } from '../rows/header-line.ts';
import type { ScreenModel } from './screen-model.ts';
import type { OnMounted } from '../shell/screen-frame.tsx';
import type { ShellController } from '../shell/shell-controller.ts';
import { hintMoment } from '../ui/hint-moment.ts';
import { scopesOf } from '../ui/scopes-of.ts';
import { useController } from './use-controller.ts';
import type { Glyphs } from '../words/glyphs.ts';

interface PlanScreenProps {
  readonly controller: ShellController;
  readonly glyphs: Glyphs;
  readonly onMounted: OnMounted;
}

/** The whole screen: draws the controller's model, and brings it the keys. */
export function PlanScreen({ controller, glyphs, onMounted }: PlanScreenProps): ReactElement {
  const model = useController(controller, onMounted);
  const { columns, rows } = model.layout;
  return (
    // Exactly the screen, and nothing beyond it: a larger frame would scroll.
    <Box width={columns} height={rows} overflow="hidden">
      <Panes model={model} glyphs={glyphs} />
      <Edges model={model} glyphs={glyphs} />
      <DialogBox model={model} glyphs={glyphs} />
      <CandidateList command={model.ui.command} surroundings={model.layout} glyphs={glyphs} />
    </Box>
  );
}

interface PartProps {
  readonly model: ScreenModel;
  readonly glyphs: Glyphs;
}

function Panes({ model, glyphs }: PartProps): ReactElement {
  const { plan, checkpoints, detail } = model.layout.panes;
  return (
    <>
      {plan && <PlanPane model={model} place={plan} glyphs={glyphs} />}
      {checkpoints && <CheckpointsPane model={model} place={checkpoints} glyphs={glyphs} />}
      {detail && <DetailPane model={model} place={detail} glyphs={glyphs} />}
    </>
  );
}

/** The single lines around the panes, and what stands in place of everything on a small screen. */
function Edges({ model, glyphs }: PartProps): ReactElement {
  const { layout, view, ui, past, now } = model;
  const { header, tabBar, rail, toast, hints, notice } = layout;
  const fit = (lines: readonly Line[], width: number): readonly Line[] =>
    lines.map((line) => fitLine(line, width, glyphs));
  const at = (rect: Rect | null, lines: (width: number) => readonly Line[]): ReactElement | null =>
    rect && <PlacedLines rect={rect} lines={fit(lines(rect.width), rect.width)} />;
  return (
    <>
      {at(header, (width) => [headerLine(view, { width, glyphs, now, past })])}
      {at(tabBar, () => [tabBarLine(ui.focus)])}
      {at(rail, (width) => [railLine(model, width, glyphs)])}
      {at(toast, () => [toastLine(model, glyphs)])}
      {at(hints, (width) => [hintLine(scopesOf(ui), width, hintMoment(view, ui), ui.keys)])}
      {at(notice, () => noticeLines(model, glyphs))}
    </>
  );
}
