import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { TRIGGER_ALIASES, AUTO_TRIGGERS, type AutoTrigger } from '../domain/checkpoint.ts';
import { ConfigError, toErrorValue } from '../domain/errors.ts';
import { changedInterval, type IntervalChange, type IntervalUnit } from '../domain/interval-change.ts';
import type { Json } from '../domain/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { Originated, TriggerSettings, TriggerStanding } from '../ports/trigger-settings.ts';
import { toConfigError, type ConfigFault } from './config-fault.ts';
import { findConfigKey } from './config-keys.ts';
import { describePlace, type ConfigFile, type ConfigSource, type Origin } from './config-source.ts';
import { stampOf } from './config-stamp.ts';
import { newConfigFile, updateConfigValue } from './edit-config.ts';
import { loadConfig, readConfig, type ConfigReading, type LoadedConfig } from './load-config.ts';

const TRIGGERS_KEY = 'core.checkpoints.auto_create_on';
const POLL_MS = 250;

export interface TriggerSettingsOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  /** Milliseconds between two looks at the files; default 250. */
  readonly pollMs?: number;
}

type Hear = (standing: TriggerStanding) => void;

/** The settings of the automatic checkpoints of one workspace, in its configuration files. */
export class FileTriggerSettings implements TriggerSettings {
  readonly #source: ConfigSource;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #pollMs: number;
  readonly #listeners = new Set<Hear>();
  /** The last good reading; null before the first. */
  #loaded: LoadedConfig | null = null;
  #files: readonly ConfigFile[] | null = null;
  #standing: TriggerStanding | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(source: ConfigSource, { clock, pollMs = POLL_MS }: TriggerSettingsOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#pollMs = pollMs;
  }

  read(): Promise<TriggerStanding> {
    return this.#inTurn(() => this.#readFiles());
  }

  watch(onChange: Hear): () => void {
    const end = new AbortController();
    // A listener of its own, so that the same function can be handed in twice.
    const listener: Hear = (standing) => onChange(standing);
    this.#listeners.add(listener);
    void this.#follow(end.signal);
    return () => {
      this.#listeners.delete(listener);
      end.abort();
    };
  }

  toggle(trigger: AutoTrigger): Promise<TriggerStanding> {
    return this.#inTurn(async () => {
      await updateConfigValue(this.#source, TRIGGERS_KEY, async (written) => {
        const { origin, value } = winnerOf(await loadConfig(this.#source), TRIGGERS_KEY);
        refuseOverride(origin, 'which triggers are on');
        // In the file's own words and order where it is the file that decides.
        return toggleIn((origin.level === 'project' ? written : value) as readonly string[], trigger);
      });
      return await this.#readFiles();
    });
  }

  changeInterval(unit: IntervalUnit, change: IntervalChange): Promise<TriggerStanding> {
    const key = `core.checkpoints.interval.${unit}`;
    return this.#inTurn(async () => {
      await updateConfigValue(this.#source, key, async () => {
        const { origin, value } = winnerOf(await loadConfig(this.#source), key);
        refuseOverride(origin, `the interval in ${unit}`);
        return changedInterval(unit, value as number | null, change);
      });
      return await this.#readFiles();
    });
  }

  /** Looks at the files until the end; parses nothing unless one of them has changed. */
  async #follow(signal: AbortSignal): Promise<void> {
    do {
      if (this.#hasChanged()) await this.read();
    } while (await this.#pause(signal));
  }

  /** False: ended meanwhile. */
  #pause(signal: AbortSignal): Promise<boolean> {
    return this.#clock.sleep(this.#pollMs, signal).then(
      () => true,
      () => false,
    );
  }

  #hasChanged(): boolean {
    return this.#files?.every(({ path, stamp }) => stampOf(path) === stamp) !== true;
  }

  async #readFiles(): Promise<TriggerStanding> {
    const reading = await readConfig(this.#source);
    this.#files = reading.files;
    this.#loaded = reading.loaded ?? this.#loaded;
    const before = this.#standing;
    const standing = standingOf(reading, this.#loaded, this.#source);
    this.#standing = standing;
    if (before !== null && !isDeepStrictEqual(before, standing)) {
      for (const hear of this.#listeners) hear(standing);
    }
    return standing;
  }

  /** Readings and edits are put in line, so that an older one never covers a newer one. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }
}

const DEFAULT: Origin = { level: 'default', name: null, line: null, column: null };

interface Winner {
  readonly origin: Origin;
  readonly value: Json;
}

/** What holds for a key; its default as long as nothing could be read. */
function winnerOf(loaded: LoadedConfig | null, key: string): Winner {
  return loaded?.levels[key]?.[0] ?? { origin: DEFAULT, value: findConfigKey(key).default };
}

function isOverride({ level }: Origin): boolean {
  return level === 'flag' || level === 'environment';
}

/** Where a value comes from, in words; the project's file as seen from the workspace. */
function wordsFor(origin: Origin, { workspace }: ConfigSource): string {
  if (origin.level === 'default') return 'default';
  const { level, name, line, column } = origin;
  if (level === 'project') return `${relative(workspace, name as string)}:${line}:${column}`;
  return level === 'flag' ? (name as string) : `${level} ${describePlace(origin)}`;
}

function standingOf(
  { files, faults }: ConfigReading,
  loaded: LoadedConfig | null,
  source: ConfigSource,
): TriggerStanding {
  const originated = <T>(key: string): Originated<T> => {
    const { origin, value } = winnerOf(loaded, key);
    return { value: value as T, origin: wordsFor(origin, source), overrides: isOverride(origin) };
  };
  const file = files.find(({ level, role }) => level === 'project' && role === 'read');
  const [first, ...others] = faults as readonly (ConfigFault | undefined)[];
  return {
    autoCreateOn: originated(TRIGGERS_KEY),
    intervalSeconds: originated('core.checkpoints.interval.seconds'),
    intervalSteps: originated('core.checkpoints.interval.steps'),
    onFailure: originated('core.checkpoints.on_failure'),
    file: { path: file?.path ?? newConfigFile(source), exists: file !== undefined },
    fault: first ? toErrorValue(toConfigError([first, ...(others as ConfigFault[])])) : null,
  };
}

/** @param what it decides, in words */
function refuseOverride(origin: Origin, decided: string): void {
  if (!isOverride(origin)) return;
  const [what, remedy] =
    origin.level === 'flag'
      ? [`the flag ${origin.name}`, `start again without ${origin.name}`]
      : [`the environment variable ${origin.name}`, `unset ${origin.name}, then start again`];
  throw new ConfigError('setting_overridden', `${what} decides ${decided}`, {
    hint: "it is stronger than the project's file: nothing was written",
    nextSteps: [remedy],
  });
}

/** The place of a trigger among all, by any of its names. */
const rankOf = (name: string): number =>
  AUTO_TRIGGERS.indexOf((TRIGGER_ALIASES[name] ?? name) as AutoTrigger);

/** The list with the trigger in its usual place, or without it; the other names stay as they are. */
function toggleIn(names: readonly string[], trigger: AutoTrigger): Json {
  const rank = rankOf(trigger);
  const others = names.filter((name) => rankOf(name) !== rank);
  if (others.length < names.length) return others;
  const next = names.findIndex((name) => rankOf(name) > rank);
  return names.toSpliced(next < 0 ? names.length : next, 0, trigger);
}
