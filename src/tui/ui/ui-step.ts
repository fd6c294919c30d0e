import type { AutoTrigger } from '../../domain/checkpoint.ts';
import type { DecisionId, PlanId } from '../../domain/ids.ts';
import type { IntervalChange, IntervalUnit } from '../../domain/interval-change.ts';
import type { TriggerStanding } from '../../ports/trigger-settings.ts';
import type { CommandEffect, CommandEvent } from '../command/command-state.ts';
import type { PlanActionId } from '../keys/key-row.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { Layout } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import type { CheckpointRows } from '../rows/checkpoint-rows.ts';
import type { TreeRow } from '../rows/tree-row.ts';
import type { PlanView, WaitingItem } from '../store/plan-view.ts';
import type { Tone } from '../words/tone.ts';
import type { ActingEffect } from './acting-messages.ts';
import type { Failure } from './failure.ts';
import type { Pointed } from './pointed.ts';
import type { RollbackEffect, RollbackEvent } from './rollback-messages.ts';
import type { TerminalEffect } from './terminal-messages.ts';
import type { UiState } from './ui-state.ts';

/** What a step is decided with: all of it made from the same view and the state before the step. */
export interface UiContext {
  readonly view: PlanView;
  /** As they are drawn: folded, filtered. */
  readonly treeRows: readonly TreeRow[];
  /** Newest first, filtered. */
  readonly checkpointRows: CheckpointRows;
  /** All lines of the detail, wrapped if `wrap` is on. */
  readonly detailLines: readonly Line[];
  /** The same, never wrapped. */
  readonly detailText: readonly Line[];
  /** What the tree and the details show: `view`, or how it was at a checkpoint. */
  readonly shown: PlanView;
  /** The lines of the patch that a dialog shows. */
  readonly patchLines: readonly Line[];
  readonly layout: Layout;
  /** This shell started the run. */
  readonly ownsRun: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What comes from elsewhere than the keyboard. */
export type UiEvent =
  /** The view, or what is made of it, is another one: the context holds the new. */
  | { readonly kind: 'view-changed' }
  | { readonly kind: 'resized' }
  /** `passing`: one of many, which takes the place of nothing that has to be read. */
  | { readonly kind: 'toast'; readonly tone: Tone; readonly text: string; readonly passing?: true }
  | { readonly kind: 'toast-expired' }
  /** Something that was asked for didn't come about. */
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Something began to wait for an answer. */
  | { readonly kind: 'waiting'; readonly item: WaitingItem }
  | { readonly kind: 'triggers-changed'; readonly standing: TriggerStanding }
  | CommandEvent
  | RollbackEvent
  /** A pasted text: only an open input takes it, no key is run. */
  | { readonly kind: 'pasted'; readonly text: string };

export type UiInputEvent = KeyPress | Pointed | { readonly action: PlanActionId } | UiEvent;

/** What the shell has to do. Its success is seen as an event of the plan, its failure as a toast. */
export type Effect =
  | CommandEffect
  | RollbackEffect
  | ActingEffect
  | TerminalEffect
  | { readonly kind: 'checkpoint'; readonly label: string | null }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'answer';
      readonly planId: PlanId;
      readonly decisionId: DecisionId;
      readonly choice: string;
    }
  | { readonly kind: 'approve' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'toggle-trigger'; readonly trigger: AutoTrigger }
  | { readonly kind: 'change-interval'; readonly unit: IntervalUnit; readonly change: IntervalChange }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  /** `pause`: leave when the running step is done; `detach`: the plan goes on without this screen. */
  | { readonly kind: 'leave'; readonly how: 'quit' | 'detach' | 'pause' };

export interface UiStep {
  readonly state: UiState;
  readonly effects: readonly Effect[];
}

/** What one action does; `key`: the key that called for it, where one did. */
export type UiHandler = (state: UiState, context: UiContext, key: string | null) => UiStep;

/** What is done with a line that was typed, at Enter. */
export type TextHandler = (state: UiState, text: string, context: UiContext) => UiStep;

/** A step that only changes what is shown. */
export const show = (state: UiState): UiStep => ({ state, effects: [] });

/** A step that asks for something to be done. */
export const ask = (state: UiState, effect: Effect): UiStep => ({ state, effects: [effect] });

/** A step that says something: why a key did nothing here, or what can't be seen otherwise. */
export const say = (state: UiState, text: string, tone: Tone = 'attention'): UiStep =>
  show({ ...state, toast: { tone, text, until: 'next-key' } });
