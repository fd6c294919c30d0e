import type { PlanSummary } from '../../domain/plan.ts';
import type { HomeForm } from '../../ports/home-source.ts';
import type { PlanFootprint } from '../../ports/plan-store.ts';
import type { CommandEffect, CommandEvent } from '../command/command-state.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { Failure } from '../ui/failure.ts';
import type { Pointed } from '../ui/pointed.ts';
import type { Tone } from '../words/tone.ts';
import type { HomeModel, HomeUi } from './home-state.ts';

/** What comes from elsewhere than the keyboard. */
export type HomeEvent =
  /** What there is, or the screen, is another one: the model holds the new. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'toast-expired' }
  | { readonly kind: 'form-read'; readonly form: HomeForm }
  | { readonly kind: 'footprint-read'; readonly plan: PlanSummary; readonly footprint: PlanFootprint }
  | { readonly kind: 'deleted'; readonly plan: PlanSummary }
  | CommandEvent
  /** Something that was asked for didn't come about. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** A pasted text: only an open input takes it, no key is run. */
  | { readonly kind: 'pasted'; readonly text: string };

export type HomeInputEvent = KeyPress | Pointed | HomeEvent;

/** What the shell has to do. */
export type HomeEffect =
  | CommandEffect
  | { readonly kind: 'read-plans' }
  | { readonly kind: 'read-form'; readonly file: string }
  | {
      readonly kind: 'create';
      readonly file: string;
      readonly inputs: Readonly<Record<string, string>>;
    }
  /** `goOn`: a process is started for it, which takes a failed one up at its failed step. */
  | { readonly kind: 'open'; readonly plan: PlanSummary; readonly goOn: boolean }
  /** As `open`, of a plan that a text names as in every command. */
  | { readonly kind: 'open-named'; readonly reference: string; readonly goOn: boolean }
  | { readonly kind: 'read-footprint'; readonly plan: PlanSummary }
  | { readonly kind: 'delete'; readonly plan: PlanSummary }
  | { readonly kind: 'mouse'; readonly on: boolean }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'leave' };

export interface HomeStep {
  readonly ui: HomeUi;
  readonly effects: readonly HomeEffect[];
}

/** What one action does; pure. */
export type HomeHandler = (ui: HomeUi, model: HomeModel) => HomeStep;

export const show = (ui: HomeUi): HomeStep => ({ ui, effects: [] });
export const ask = (ui: HomeUi, effect: HomeEffect): HomeStep => ({ ui, effects: [effect] });
/** A step that says why a key did nothing here. */
export const say = (ui: HomeUi, text: string, tone: Tone = 'attention'): HomeStep =>
  show({ ...ui, toast: { tone, text, until: 'next-key' } });
