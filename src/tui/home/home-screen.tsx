import { Box } from 'ink';
import type { ReactElement } from 'react';
import { CandidateList } from '../command/candidate-list.tsx';
import { outputContent } from '../command/output-content.ts';
import type { DialogContent } from '../dialogs/dialog-content.ts';
import { DialogFrame } from '../dialogs/dialog-frame.tsx';
import { hintLine } from '../keys/hint-line.ts';
import type { Rect } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import { fitLine } from '../panes/edge-lines.ts';
import { PlacedLines } from '../panes/placed-lines.tsx';
import type { OnMounted } from '../shell/screen-frame.tsx';
import { useController } from '../screens/use-controller.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { HomeController } from './home-controller.ts';
import { homeDialogContent } from './home-dialog-content.ts';
import { homeMoment, homeNotice, homeToast } from './home-edge-lines.ts';
import { homeHeader } from './home-header.ts';
import { documentsPane, plansPane } from './home-panes.ts';
import type { HomeModel } from './home-state.ts';
import { homeScopes } from './step-home.ts';

interface HomeScreenProps {
  readonly controller: HomeController;
  readonly glyphs: Glyphs;
  readonly onMounted: OnMounted;
}

/** The whole home screen: draws the controller's model, and brings it the keys. */
export function HomeScreen({ controller, glyphs, onMounted }: HomeScreenProps): ReactElement {
  const model = useController(controller, onMounted);
  const { layout, ui } = model;
  const content = layout.kind === 'too-small' ? null : openContent(model, glyphs);
  return (
    <Box width={layout.columns} height={layout.rows} overflow="hidden">
      {layout.plans && <PlacedLines {...plansPane(model, layout.plans, glyphs)} />}
      {layout.documents && <PlacedLines {...documentsPane(model, layout.documents, glyphs)} />}
      <Edges model={model} glyphs={glyphs} />
      {content && <DialogFrame content={content} surroundings={layout} glyphs={glyphs} />}
      <CandidateList command={ui.command} surroundings={layout} glyphs={glyphs} />
    </Box>
  );
}

function openContent(model: HomeModel, glyphs: Glyphs): DialogContent | null {
  const { ui, layout } = model;
  const output = outputContent(ui.command, layout, glyphs);
  return output ?? (ui.dialog && homeDialogContent(ui.dialog, model, glyphs));
}

interface EdgesProps {
  readonly model: HomeModel;
  readonly glyphs: Glyphs;
}

function Edges({ model, glyphs }: EdgesProps): ReactElement {
  const { layout, ui } = model;
  const at = (rect: Rect | null, lines: (width: number) => readonly Line[]): ReactElement | null =>
    rect && (
      <PlacedLines rect={rect} lines={lines(rect.width).map((line) => fitLine(line, rect.width, glyphs))} />
    );
  return (
    <>
      {at(layout.header, () => [homeHeader(model, glyphs)])}
      {at(layout.toast, () => [homeToast(model, glyphs)])}
      {at(layout.hints, (width) => [hintLine(homeScopes(ui), width, homeMoment(model), ui.keys)])}
      {at(layout.notice, () => homeNotice(model, glyphs))}
    </>
  );
}
