import { join } from 'node:path';
import type { ConfigSource } from '../config/config-source.ts';
import { DEFAULT_CONFIG } from '../config/default-config.ts';
import { isAnySet, stampOfPlaces } from '../config/read-settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { Originated, TriggerSettings, TriggerStanding } from '../ports/trigger-settings.ts';

/** A look at places where nothing is costs tens of microseconds. */
const POLL_MS = 500;

/**
 * The settings of the triggers of one workspace. What reads and writes settings is loaded once some are set, or with the
 * first change.
 */
export function lateTriggers(source: ConfigSource, clock: Pick<Clock, 'sleep'>): TriggerSettings {
  let loaded: Promise<TriggerSettings> | null = null;
  const load = async (): Promise<TriggerSettings> => {
    const { FileTriggerSettings } = await import('../config/trigger-settings.ts');
    return new FileTriggerSettings(source, { clock });
  };
  const settings = (): Promise<TriggerSettings> => (loaded ??= load());
  const areSet = async (): Promise<boolean> => loaded !== null || (await isAnySet(source));
  const follow = async (
    onChange: (standing: TriggerStanding) => void,
    signal: AbortSignal,
  ): Promise<void> => {
    // Before the look: what comes during it is a change.
    const stamp = stampOfPlaces(source);
    const wasSet = await areSet();
    if (!wasSet) await untilSet(areSet, source, { clock, signal, stamp });
    if (signal.aborted) return;
    const real = await settings();
    const standing = await real.read();
    if (signal.aborted) return;
    if (!wasSet) onChange(standing);
    signal.addEventListener('abort', real.watch(onChange));
  };
  return {
    read: async () => ((await areSet()) ? (await settings()).read() : defaultStanding(source)),
    toggle: async (trigger) => (await settings()).toggle(trigger),
    changeInterval: async (unit, change) => (await settings()).changeInterval(unit, change),
    watch: (onChange) => {
      const end = new AbortController();
      // What can't be read is told to whoever reads it.
      void follow(onChange, end.signal).catch(() => undefined);
      return () => end.abort();
    },
  };
}

interface Looking {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
  /** Of the places, when nothing was set. */
  readonly stamp: string;
}

/** Resolves when some settings are set, or at the end. */
async function untilSet(
  areSet: () => Promise<boolean>,
  source: ConfigSource,
  { clock, signal, stamp: before }: Looking,
): Promise<void> {
  let stamp = before;
  while (!signal.aborted) {
    // It is cut short by nothing but the signal.
    await clock.sleep(POLL_MS, signal).catch(() => undefined);
    const now = stampOfPlaces(source);
    if (now !== stamp && (await areSet())) return;
    stamp = now;
  }
}

const byDefault = <T>(value: T): Originated<T> => ({ value, origin: 'default', overrides: false });

/** How they stand where nothing is set. */
function defaultStanding({ workspace }: ConfigSource): TriggerStanding {
  const { auto_create_on, interval, on_failure } = DEFAULT_CONFIG.core.checkpoints;
  return {
    autoCreateOn: byDefault(auto_create_on),
    intervalSeconds: byDefault(interval.seconds),
    intervalSteps: byDefault(interval.steps),
    onFailure: byDefault(on_failure),
    file: { path: join(workspace, '.agentsrc'), exists: false },
    fault: null,
  };
}
