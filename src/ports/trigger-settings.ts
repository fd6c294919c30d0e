import type { AutoTrigger } from '../domain/checkpoint.ts';
import type { ErrorValue } from '../domain/errors.ts';
import type { IntervalChange, IntervalUnit } from '../domain/interval-change.ts';
import type { CheckpointSettings } from './settings.ts';

/** A value of the configuration with the level it comes from, in words: `default`, `.agentsrc:3:5`, `environment AGENTS_...`. */
export interface Originated<T> {
  readonly value: T;
  readonly origin: string;
  /** Stronger than the project's file: changing the file changes nothing while it is there. */
  readonly overrides: boolean;
}

/** What decides when checkpoints are taken by themselves. */
export interface TriggerStanding {
  readonly autoCreateOn: Originated<CheckpointSettings['autoCreateOn']>;
  readonly intervalSeconds: Originated<number | null>;
  readonly intervalSteps: Originated<number | null>;
  readonly onFailure: Originated<'stop' | 'warn'>;
  /** The file that a change is written to: absolute path, and whether it exists. */
  readonly file: { readonly path: string; readonly exists: boolean };
  /** Why the files as they stand are not taken, with the place; then the values are the last good ones. */
  readonly fault: ErrorValue | null;
}

/** Looks at, follows and changes the settings of the automatic checkpoints of one workspace. */
export interface TriggerSettings {
  /** The settings as the files stand now. */
  read(): Promise<TriggerStanding>;
  /** Hears of every change of the files, whoever made it, within a second. Returns what ends it. */
  watch(onChange: (standing: TriggerStanding) => void): () => void;
  /**
   * Turns one trigger on or off in the project's file: only `core.checkpoints.auto_create_on` is written, comments and
   * order stay. Resolves with the settings after it.
   * @throws ConfigError if the file can't be read or edited, or a stronger level decides; then nothing was written
   */
  toggle(trigger: AutoTrigger): Promise<TriggerStanding>;
  /**
   * Makes an interval longer or shorter, or turns it off or on; as `toggle`, but of `core.checkpoints.interval`.
   * @throws ConfigError as `toggle`
   */
  changeInterval(unit: IntervalUnit, change: IntervalChange): Promise<TriggerStanding>;
}
