import type { Tone } from '../words/tone.ts';

/** A piece of one row in one tone: printable, without tabs or line breaks. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One row of a screen. */
export type Line = readonly Span[];
