import { ConflictError } from './errors.ts';
import type { ConfigChange, PlanEvent } from './plan-event.ts';

/** The error code of a `config.changed` event whose changes a step made while it wrote: they are not taken. */
export const CHANGED_BY_STEP = 'config_changed_by_step';

export interface RefusedSettings {
  /** What steps changed and nobody has taken since, by key the last of it. */
  readonly changes: readonly ConfigChange[];
  /** Nobody has said a word on the last of it. */
  readonly waits: boolean;
}

/** What a plan's history says of settings that were not taken. @param events the `config.changed` events, in order */
export function refusedSettings(events: readonly PlanEvent[]): RefusedSettings {
  const refused = new Map<string, ConfigChange>();
  let waits = false;
  for (const event of events) {
    if (event.type !== 'config.changed') continue;
    const { changes, error } = event.payload;
    waits = error === null ? false : waits || error.code === CHANGED_BY_STEP;
    for (const change of changes) {
      if (error === null) refused.delete(change.key);
      else refused.set(change.key, change);
    }
  }
  return { changes: [...refused.values()], waits };
}

export function nothingToApprove(): ConflictError {
  return new ConflictError('nothing_to_approve', 'no change of the settings waits for a word', {
    hint: 'only what a step changed while it wrote is asked about',
  });
}
