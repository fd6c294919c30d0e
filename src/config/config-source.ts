import type { Json } from '../domain/json.ts';

/** Where a configuration comes from. */
export interface ConfigSource {
  /** Absolute real path; project files are searched from here upwards. */
  readonly workspace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder: the search goes no higher. */
  readonly home: string;
  /** `--set KEY=VALUE`, by key. */
  readonly flags: Readonly<Record<string, string>>;
}

/** Highest first. */
export const CONFIG_LEVELS = ['flag', 'environment', 'project', 'user', 'default'] as const;
export type ConfigLevel = (typeof CONFIG_LEVELS)[number];

/** Where a value was given. */
export interface Origin {
  readonly level: ConfigLevel;
  /** The file, the variable or the flag; null for a default. */
  readonly name: string | null;
  /** From 1; null where there are no lines. */
  readonly line: number | null;
  readonly column: number | null;
}

/** A value that one level gives to a key, checked. */
export interface LevelValue {
  readonly origin: Origin;
  readonly value: Json;
}

/** A file that was read, or that would have been. */
export interface ConfigFile {
  readonly path: string;
  readonly level: 'project' | 'user';
  /** `shadowed`: it is there, but another form in the same folder comes first. `absent`: no configuration there. */
  readonly role: 'read' | 'shadowed' | 'absent';
  /** Changes whenever the file does (`config-stamp.ts`); taken before it was read. */
  readonly stamp: string;
}

/** Name and place of an origin as people can click it: `/x/.agentsrc:3:5`; null for a default. */
export function describePlace(origin: Origin): string | null {
  return origin.line === null ? origin.name : `${origin.name}:${origin.line}:${origin.column}`;
}

/** `project /x/.agentsrc:3:5`, `environment AGENTS_UI_GLYPHS`, `default`. */
export function describeOrigin(origin: Origin): string {
  const place = describePlace(origin);
  return place === null ? origin.level : `${origin.level} ${place}`;
}
