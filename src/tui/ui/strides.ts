import type { Stride } from './dialog-moves.ts';

export const row: Stride = () => 1;
export const half: Stride = (height) => Math.max(1, Math.floor(height / 2));
/** One row stays in sight, so that one knows where one was. */
export const page: Stride = (height) => Math.max(1, height - 1);
export const all: Stride = () => Infinity;
