import { DocumentError } from '../../domain/errors.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import type { HomeSource } from '../../ports/home-source.ts';
import type { CommandRunner } from '../command/command-runner.ts';
import { failureOf } from '../shell/failure-of.ts';
import type { Failure } from '../ui/failure.ts';
import type { HomeEffect, HomeEvent } from './home-step.ts';

/** What is to be done with a plan that is opened. */
export interface PlanOpening {
  readonly plan: PlanSummary;
  /** How a process is started for it; null: it is only looked at. */
  readonly start: { readonly inputs: Readonly<Record<string, string>>; readonly retry: boolean } | null;
}

export interface HomeEffectDeps {
  readonly source: HomeSource;
  readonly send: (event: HomeEvent) => void;
  readonly refresh: () => void;
  readonly openPlan: (opening: PlanOpening) => void;
  readonly commands: CommandRunner;
  readonly leave: () => void;
  readonly readMouse: (on: boolean) => void;
  readonly suspend: () => Promise<void>;
  readonly redraw: () => void;
}

/** Does what the keys of the home screen ask for; what fails is told at once. */
export class HomeEffectRunner {
  readonly #deps: HomeEffectDeps;

  constructor(deps: HomeEffectDeps) {
    this.#deps = deps;
  }

  run(effects: readonly HomeEffect[]): void {
    for (const effect of effects) void this.#try(effect);
  }

  async #try(effect: HomeEffect): Promise<void> {
    try {
      await this.#do(effect);
    } catch (thrown) {
      this.#deps.send({ kind: 'failed', failure: homeFailureOf(thrown) });
    }
  }

  async #do(effect: HomeEffect): Promise<void> {
    const { source, send, openPlan } = this.#deps;
    switch (effect.kind) {
      case 'read-plans':
        return this.#deps.refresh();
      case 'read-form':
        return send({ kind: 'form-read', form: await source.form(effect.file) });
      case 'create': {
        const { file, inputs } = effect;
        return openPlan({ plan: await source.create(file, inputs), start: { inputs, retry: false } });
      }
      case 'open': {
        const { plan, goOn } = effect;
        return openPlan({ plan, start: goOn ? { inputs: {}, retry: plan.state === 'errored' } : null });
      }
      case 'open-named': {
        const plan = await source.find(effect.reference);
        return await this.#do({ kind: 'open', plan, goOn: effect.goOn });
      }
      case 'read-footprint': {
        const footprint = await source.footprint(effect.plan.plan_id);
        return send({ kind: 'footprint-read', plan: effect.plan, footprint });
      }
      case 'delete':
        await source.remove(effect.plan.plan_id);
        return send({ kind: 'deleted', plan: effect.plan });
      case 'leave':
        return this.#deps.leave();
      case 'mouse':
        return this.#deps.readMouse(effect.on);
      case 'suspend':
        return await this.#deps.suspend();
      case 'redraw':
        return this.#deps.redraw();
      default:
        return this.#deps.commands.run(effect);
    }
  }
}

/** What a person is told; of a document every place that is wrong. */
export function homeFailureOf(thrown: unknown): Failure {
  const failure = failureOf(thrown);
  if (!(thrown instanceof DocumentError)) return failure;
  const places = thrown.faults.map(
    ({ file, line, column, message, hint }) =>
      `${file}:${line}:${column}  ${message}${hint === null ? '' : ` (${hint})`}`,
  );
  return { ...failure, message: [failure.message, ...places].join('\n') };
}
