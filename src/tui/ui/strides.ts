import type { Stride } from './dialog-moves.ts';

const row: Stride = () => 1;
const half: Stride = (height) => Math.max(1, Math.floor(height / 2));
/** One row stays in sight, so that one knows where one was. */
const page: Stride = (height) => Math.max(1, height - 1);
const all: Stride = () => Infinity;

/** The handlers of the keys that move in a list, made by whoever knows the list. */
export function movingKeys<Handler>(by: (direction: 1 | -1, stride: Stride) => Handler) {
  return {
    'move-down': by(1, row),
    'move-up': by(-1, row),
    'half-down': by(1, half),
    'half-up': by(-1, half),
    'page-down': by(1, page),
    'page-up': by(-1, page),
    'move-first': by(-1, all),
    'move-last': by(1, all),
  } as const;
}
