import type { PlanId } from '../../domain/ids.ts';
import { safeText } from '../lines/safe-text.ts';
import type { AskOptions, PlanControl } from '../../ports/plan-control.ts';
import type { TriggerSettings } from '../../ports/trigger-settings.ts';
import type { CommandRunner } from '../command/command-runner.ts';
import type { Effect, UiEvent } from '../ui/ui-step.ts';
import { runActing } from './acting-runner.ts';
import { failureOf } from './failure-of.ts';
import type { RollbackRunner } from './rollback-runner.ts';
import type { TerminalRunner } from './terminal-runner.ts';

/** How a person, or what happened, ended the screen. */
export type LeaveIntent =
  | { readonly kind: 'quit' }
  /** The plan goes on without this screen. */
  | { readonly kind: 'detach' }
  /** For the screen of another plan. `goesOn`: this one runs, and does so without a screen. */
  | { readonly kind: 'open'; readonly planId: PlanId; readonly goesOn: boolean }
  | { readonly kind: 'signal'; readonly name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' };

export interface EffectDeps {
  readonly control: PlanControl;
  readonly triggers: TriggerSettings;
  readonly commands: CommandRunner;
  readonly rollbacks: RollbackRunner;
  readonly terminal: TerminalRunner;
  /** The plan whose run is meant. */
  readonly rootId: PlanId;
  /** The plan that was named: a checkpoint is of it. */
  readonly planId: PlanId;
  readonly send: (event: UiEvent) => void;
  readonly leave: (intent: LeaveIntent) => void;
  readonly suspend: () => Promise<void>;
  readonly redraw: () => void;
}

/** Does what the keys ask for. What comes of it is told by the plan's events; what fails is told at once. */
export class EffectRunner implements Disposable {
  readonly #deps: EffectDeps;
  readonly #closed = new AbortController();

  constructor(deps: EffectDeps) {
    this.#deps = deps;
  }

  run(effects: readonly Effect[]): void {
    for (const effect of effects) void this.#try(effect);
  }

  /** What was asked and isn't answered yet is withdrawn. */
  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  async #try(effect: Effect): Promise<void> {
    try {
      await this.#do(effect);
    } catch (thrown) {
      if (!this.#closed.signal.aborted) this.#deps.send({ kind: 'failed', failure: failureOf(thrown) });
    }
  }

  async #do(effect: Effect): Promise<void> {
    const { control, rootId, planId, send, triggers, leave } = this.#deps;
    const options = this.#options();
    switch (effect.kind) {
      case 'checkpoint':
        return void (await control.checkpoint(planId, effect.label, options));
      case 'pause':
      case 'resume':
      case 'stop':
      case 'cancel':
      case 'approve':
      case 'deny':
        return void (await control[effect.kind](rootId, options));
      case 'mark':
        return send(await runActing(effect, control, rootId, options));
      case 'answer':
        return void (await control.answer(effect.planId, effect.decisionId, effect.choice, options));
      case 'preview-rollback':
      case 'end-preview':
      case 'roll-back':
      case 'fork':
      case 'compensate':
      case 'stop-work':
        return await this.#deps.rollbacks.run(effect);
      case 'copy':
      case 'mouse':
      case 'page':
      case 'edit-file':
      case 'view-file':
        return await this.#deps.terminal.run(effect);
      case 'toggle-trigger':
        return send({ kind: 'triggers-changed', standing: await triggers.toggle(effect.trigger) });
      case 'change-interval': {
        const { unit, change } = effect;
        return send({ kind: 'triggers-changed', standing: await triggers.changeInterval(unit, change) });
      }
      case 'suspend':
        return await this.#deps.suspend();
      case 'redraw':
        return this.#deps.redraw();
      case 'open-plan':
        return leave({ kind: 'open', planId: effect.planId, goesOn: effect.goesOn });
      case 'leave':
        if (effect.how === 'pause') await control.pause(rootId, options);
        return leave({ kind: effect.how === 'detach' ? 'detach' : 'quit' });
      default:
        return this.#deps.commands.run(effect);
    }
  }

  #options(): AskOptions {
    const onProgress = (message: string): void =>
      this.#deps.send({ kind: 'toast', tone: 'attention', text: safeText(message) });
    return { timeoutMs: null, signal: this.#closed.signal, onProgress };
  }
}
