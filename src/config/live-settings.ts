import { isDeepStrictEqual } from 'node:util';
import { toErrorValue } from '../domain/errors.ts';
import type { ConfigChange } from '../domain/plan-event.ts';
import { CHANGED_BY_STEP } from '../domain/refused-settings.ts';
import type { CheckpointSettings, LiveSettings, SettingsChange } from '../ports/settings.ts';
import { toConfigError, type ConfigFault } from './config-fault.ts';
import { toAgeMs } from './age.ts';
import { toBytes } from './byte-size.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import type { Config } from './config-schema.ts';
import type { ConfigSource } from './config-source.ts';
import { IGNORE_KEY } from './ignore-file.ts';
import { stampOf } from './config-stamp.ts';
import { readConfig, valueOf, type LoadedConfig } from './load-config.ts';

/** The settings of the checkpoints, as the services know them. */
export function toCheckpointSettings({ config, ignoreFile }: LoadedConfig): CheckpointSettings {
  const { checkpoints } = config.core;
  const { limits } = checkpoints;
  return {
    autoCreateOn: checkpoints.auto_create_on,
    intervalSeconds: checkpoints.interval.seconds,
    intervalSteps: checkpoints.interval.steps,
    onFailure: checkpoints.on_failure,
    files: checkpoints.files,
    exclude: checkpoints.exclude,
    ignore: ignoreFile.text,
    limits: {
      file: toBytes(limits.file),
      checkpoint: toBytes(limits.checkpoint),
      git: toBytes(limits.git),
      store: toBytes(limits.store),
      freeDisk: toBytes(limits.free_disk),
    },
    watch: checkpoints.watch === 'auto',
    retention: toRetention(checkpoints.retention),
  };
}

function toRetention({
  max_per_plan,
  max_age,
  max_bytes,
}: Config['core']['checkpoints']['retention']): CheckpointSettings['retention'] {
  return {
    maxPerPlan: max_per_plan,
    maxAgeMs: max_age === null ? null : toAgeMs(max_age),
    maxBytes: max_bytes === null ? null : toBytes(max_bytes),
  };
}

function findChanges(before: LoadedConfig, after: LoadedConfig): readonly ConfigChange[] {
  const keys = [...CONFIG_KEYS.map(({ key }) => key), IGNORE_KEY];
  const changes = keys.map((key) => ({
    key,
    before: valueOf(before, key),
    after: valueOf(after, key),
  }));
  return changes.filter((change) => !isDeepStrictEqual(change.before, change.after));
}

/** Follows the configuration files while a plan runs, by looking at them whenever it is asked. */
export class FileLiveSettings implements LiveSettings {
  readonly #source: ConfigSource;
  #loaded: LoadedConfig;
  #files: readonly { readonly path: string; readonly stamp: string }[];
  #turn: Promise<unknown> = Promise.resolve();
  #hasRefused = false;

  /**
   * @param loaded what was read from the same source before: changes since then are found
   * @param hasRefused a change that was refused in an earlier run waits for a word
   */
  constructor(source: ConfigSource, loaded: LoadedConfig, hasRefused = false) {
    this.#hasRefused = hasRefused;
    this.#source = source;
    this.#loaded = loaded;
    this.#files = [...loaded.files, loaded.ignoreFile];
  }

  /** The last good configuration as a whole. */
  get config(): Config {
    return this.#loaded.config;
  }

  checkpoints(): CheckpointSettings {
    return toCheckpointSettings(this.#loaded);
  }

  refresh(): Promise<SettingsChange | null> {
    return this.#inTurn(() => this.#readIfChanged());
  }

  refuseChanges(writer: string): Promise<SettingsChange | null> {
    return this.#inTurn(async () => {
      const kept = this.#loaded;
      const change = await this.#readIfChanged();
      this.#loaded = kept;
      this.#hasRefused ||= change !== null;
      return change && refused(writer, change);
    });
  }

  takeRefused(): Promise<SettingsChange | null> {
    return this.#inTurn(async () => {
      if (!this.#hasRefused) return null;
      // An answer also where the files say by now what was in force all the time.
      return (await this.#read()) ?? { changes: [], error: null };
    });
  }

  leaveRefused(): boolean {
    const hadRefused = this.#hasRefused;
    this.#hasRefused = false;
    return hadRefused;
  }

  /** Calls are put in line, so that each change is told once. */
  #inTurn(read: () => Promise<SettingsChange | null>): Promise<SettingsChange | null> {
    const turn = this.#turn.then(read, read);
    this.#turn = turn;
    return turn;
  }

  async #readIfChanged(): Promise<SettingsChange | null> {
    if (this.#files.every(({ path, stamp }) => stampOf(path) === stamp)) return null;
    return await this.#read();
  }

  async #read(): Promise<SettingsChange | null> {
    const { loaded, files, ignoreFile, faults } = await readConfig(this.#source);
    // Also after a bad edit: it is told once, and the next edit is seen.
    this.#files = [...files, ignoreFile];
    if (!loaded)
      return { changes: [], error: toErrorValue(toConfigError(faults as [ConfigFault, ...ConfigFault[]])) };
    const changes = findChanges(this.#loaded, loaded);
    this.#loaded = loaded;
    // A later edit by a person is taken with all else that the files say.
    this.#hasRefused = false;
    return changes.length > 0 ? { changes, error: null } : null;
  }
}

function refused(writer: string, { changes, error }: SettingsChange): SettingsChange {
  const keys = changes.map(({ key }) => key).join(', ');
  const what = error === null ? keys : 'a configuration file, which is invalid now';
  return {
    changes,
    error: {
      code: CHANGED_BY_STEP,
      message: `step ${writer} changed ${what} while it wrote: not taken`,
      hint: 'agents plan approve PLAN takes it, agents plan deny PLAN leaves it',
    },
  };
}
