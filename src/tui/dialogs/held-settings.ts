import type { Originated, TriggerStanding } from '../../ports/trigger-settings.ts';
import type { PlanSettings } from '../store/plan-settings.ts';

/** What a plan goes by. */
export interface HeldSettings {
  readonly standing: TriggerStanding;
  /** The keys of which the files say something else: a step wrote it, and nobody has taken it. */
  readonly held: ReadonlySet<keyof TriggerStanding>;
}

const KEYS = {
  autoCreateOn: 'core.checkpoints.auto_create_on',
  intervalSeconds: 'core.checkpoints.interval.seconds',
  intervalSteps: 'core.checkpoints.interval.steps',
  onFailure: 'core.checkpoints.on_failure',
} as const;
const NAMES = Object.keys(KEYS) as (keyof typeof KEYS)[];

/** The settings without what a step changed while it wrote, as long as the files still say just that. */
export function heldSettings(standing: TriggerStanding, { refused }: PlanSettings): HeldSettings {
  const changes = NAMES.flatMap((name) => {
    const { value } = standing[name];
    const change = refused.find(({ key, after }) => key === KEYS[name] && isSame(after, value));
    return change ? [{ name, before: change.before }] : [];
  });
  const kept = changes.map(({ name, before }): readonly [string, Originated<unknown>] => [
    name,
    { ...standing[name], value: before },
  ]);
  return {
    // The journal holds what the settings were: values of the same kinds.
    standing: { ...standing, ...(Object.fromEntries(kept) as Partial<TriggerStanding>) },
    held: new Set(changes.map(({ name }) => name)),
  };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
