import { refusedSettings } from '../../domain/refused-settings.ts';
import type { ConfigChange, PlanEvent } from '../../domain/plan-event.ts';

/** How far it is since the last interval checkpoint, or since the run began. */
export interface IntervalProgress {
  /** Milliseconds since 1970; null: it has never run. */
  readonly since: number | null;
  /** Steps that ended since. */
  readonly steps: number;
}

/** What a plan's history says of the settings that it goes by. */
export interface PlanSettings {
  /** What steps changed and nobody has taken: as long as the files still say `after`, the plan goes by `before`. */
  readonly refused: readonly ConfigChange[];
  readonly interval: IntervalProgress;
}

export const NO_SETTINGS: PlanSettings = { refused: [], interval: { since: null, steps: 0 } };

/** Follows the settings of one plan. */
export class SettingsHistory {
  readonly #changes: PlanEvent[] = [];
  #refused = NO_SETTINGS.refused;
  #interval = NO_SETTINGS.interval;

  value(): PlanSettings {
    return { refused: this.#refused, interval: this.#interval };
  }

  take(event: PlanEvent): void {
    this.#interval = withInterval(this.#interval, event);
    if (event.type !== 'config.changed') return;
    this.#changes.push(event);
    this.#refused = refusedSettings(this.#changes).changes;
  }
}

function withInterval(progress: IntervalProgress, event: PlanEvent): IntervalProgress {
  const anew = (): IntervalProgress => ({ since: Date.parse(event.at), steps: 0 });
  switch (event.type) {
    case 'step.completed':
    case 'step.failed':
    case 'step.skipped':
      return { ...progress, steps: progress.steps + 1 };
    case 'checkpoint.created':
      return event.payload.checkpoint.trigger === 'interval' ? anew() : progress;
    case 'checkpoint.failed':
      return event.payload.trigger === 'interval' ? anew() : progress;
    // Another run counts from its beginning.
    case 'plan.resumed':
    case 'plan.retried':
      return anew();
    case 'plan.phase_changed':
      return progress.since === null ? anew() : progress;
    default:
      return progress;
  }
}
