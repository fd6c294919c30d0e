import type { AutoTrigger } from '../domain/checkpoint.ts';
import type { ConfigChange } from '../domain/plan-event.ts';
import type { RetentionRules } from '../domain/retention.ts';
import type { CaptureLimits } from './workspace-files.ts';
import type { ErrorValue } from '../domain/errors.ts';

export interface CheckpointSettings {
  readonly autoCreateOn: readonly AutoTrigger[];
  readonly intervalSeconds: number | null;
  readonly intervalSteps: number | null;
  readonly onFailure: 'stop' | 'warn';
  /** false: checkpoints hold the state of the plan only. */
  readonly files: boolean;
  /** Names of folders that are not captured. */
  readonly exclude: readonly string[];
  /** More of what is not captured: the text of `.agentsignore`. */
  readonly ignore: string;
  readonly limits: CaptureLimits;
  /** Whether the system is asked what changed, where it can be. */
  readonly watch: boolean;
  /** `maxBytes`: of the object store of all plans; null: any. */
  readonly retention: RetentionRules & { readonly maxBytes: number | null };
}

export interface SettingsChange {
  readonly changes: readonly ConfigChange[];
  /** Why an edit was not taken; the old values stay. */
  readonly error: ErrorValue | null;
}

/** The settings that may change while a plan runs, always as the files stand now. */
export interface LiveSettings {
  checkpoints(): CheckpointSettings;
  /** Reads changed files again. Resolves with what changed since the last call, null if nothing did. */
  refresh(): Promise<SettingsChange | null>;
  /**
   * The end of a write window: what changed inside it was not a person's edit and isn't taken. Resolves with what to
   * say of it, null if nothing changed. The next edit is seen again.
   */
  refuseChanges(writer: string): Promise<SettingsChange | null>;
  /** A person takes what was refused, as the files stand now. Resolves null if nothing was refused since. */
  takeRefused(): Promise<SettingsChange | null>;
  /** A person leaves it. False if nothing was refused. */
  leaveRefused(): boolean;
}
