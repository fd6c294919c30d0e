import { expect, it } from 'vitest';
import type { Pointed } from '../../../../src/tui/ui/pointed.ts';
import { previewed, Stage } from './ui-stage.ts';

const turn = (what: Pointed['what']): Pointed => ({ kind: 'pointed', what, x: 5, y: 5 });

/** A stage whose mouse is read. */
function withMouse(stage: Stage): Stage {
  stage.ui = { ...stage.ui, mouse: true };
  return stage;
}

it('Given the paths of a rollback, then the wheel moves by one, and a click does nothing', () => {
  const stage = withMouse(previewed('l'));
  const rowOf = (): unknown => (stage.ui.dialog?.kind === 'rollback' ? stage.ui.dialog.row : null);
  stage.send(turn('wheel-down')).send(turn('wheel-down')).send(turn('wheel-up')).send(turn('press'));
  expect(rowOf()).toBe(1);
});

it('Given the patch of a path, then the wheel scrolls it', () => {
  const stage = withMouse(previewed('ld'));
  const topOf = (): unknown => (stage.ui.dialog?.kind === 'rollback' ? stage.ui.dialog.patch?.top : null);
  stage.send(turn('wheel-down')).send(turn('wheel-down')).send(turn('wheel-up'));
  expect(topOf()).toBe(3);
});

it('Given what a command said, then the wheel scrolls it', () => {
  const stage = withMouse(Stage.begin().press(':list\r'));
  stage.send({ kind: 'command-said', output: 'line\n'.repeat(100) });
  const before = stage.ui.command.outputTop as number;
  stage.send(turn('wheel-up'));
  expect(stage.ui.command.outputTop).toBe(Math.max(0, before - 3));
  stage.send(turn('wheel-down')).send(turn('press'));
  expect(stage.ui.command.outputTop).toBe(Math.max(0, before - 3) + 3);
});
