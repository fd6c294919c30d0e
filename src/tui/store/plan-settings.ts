import { refusedSettings } from '../../domain/refused-settings.ts';
import type { ConfigChange, PlanEvent } from '../../domain/plan-event.ts';

/** What a plan's history says of the settings that it goes by. */
export interface PlanSettings {
  /** What steps changed and nobody has taken: as long as the files still say `after`, the plan goes by `before`. */
  readonly refused: readonly ConfigChange[];
}

export const NO_SETTINGS: PlanSettings = { refused: [] };

/** Follows the settings of one plan. */
export class SettingsHistory {
  readonly #changes: PlanEvent[] = [];
  #value = NO_SETTINGS;

  value(): PlanSettings {
    return this.#value;
  }

  take(event: PlanEvent): void {
    if (event.type !== 'config.changed') return;
    this.#changes.push(event);
    this.#value = { ...this.#value, refused: refusedSettings(this.#changes).changes };
  }
}
