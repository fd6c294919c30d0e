import { show, say, type UiContext, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { clampTop } from './window.ts';

export const detailHeight = ({ layout }: UiContext): number => layout.panes.detail?.content.height ?? 1;

/** Another thing is shown: the log from its end on, everything else from its beginning. */
export function resetDetail(state: UiState): UiState {
  return { ...state, detailTop: 0, detailFollow: state.tab === 'log' };
}

/** The first line of the detail on the screen, of `count` lines on `height` rows. For drawing, too. */
export function shownDetailTop(
  { detailTop, detailFollow }: Pick<UiState, 'detailTop' | 'detailFollow'>,
  count: number,
  height: number,
): number {
  return clampTop({ top: detailFollow ? count : detailTop, count, height });
}

/** As `shownDetailTop`, in this context. */
export function detailTopIn(state: UiState, context: UiContext): number {
  return shownDetailTop(state, context.detailLines.length, detailHeight(context));
}

/** Moves the detail; upwards it stops following its end. */
export function scrollDetail(state: UiState, context: UiContext, by: number): UiState {
  const count = context.detailLines.length;
  const top = clampTop({ top: detailTopIn(state, context) + by, count, height: detailHeight(context) });
  return { ...state, detailTop: top, detailFollow: state.detailFollow && by > 0 };
}

export function detailToEnd(state: UiState, context: UiContext): UiState {
  const top = shownDetailTop(
    { detailTop: 0, detailFollow: true },
    context.detailLines.length,
    detailHeight(context),
  );
  return { ...state, detailTop: top, detailFollow: state.tab === 'log' };
}

/** From a list: only if the detail can be seen. */
export function scrollFromList(by: number, key: string): UiHandler {
  return (state, context) =>
    context.layout.panes.detail
      ? show(scrollDetail(state, context, by))
      : say(state, `${key}: the detail isn't on the screen; 3 shows it`);
}

export const toggleDetailFollow: UiHandler = (state, context) => {
  if (state.tab !== 'log') return say(state, 'f: only the log grows; [ ] change the tab');
  const top = detailTopIn(state, context);
  return show({ ...state, detailTop: top, detailFollow: !state.detailFollow });
};
