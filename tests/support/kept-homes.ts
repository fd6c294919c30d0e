import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadDump } from './sql-dump.ts';

/** What a command answered when the home was kept. */
export interface Answer {
  readonly args: readonly string[];
  readonly data: unknown;
}

/** A home as an earlier version of the program has made it: see keep-home.ts. */
export interface KeptHome {
  readonly name: string;
  readonly agents: { readonly schema: number; readonly sql: string };
  readonly objects: { readonly schema: number; readonly sql: string };
  /** Large contents in base64, by their path in the home. */
  readonly files: Readonly<Record<string, string>>;
  readonly answers: readonly Answer[];
}

export const HOMES = new URL('../fixtures/homes/', import.meta.url);

/** One of each schema there was. */
export const KEPT_HOMES: readonly KeptHome[] = readdirSync(HOMES).sort().map(readHome);

function readHome(name: string): KeptHome {
  const text = (file: string): string => readFileSync(new URL(`${name}/${file}`, HOMES), 'utf8');
  const database = (file: string): KeptHome['agents'] => {
    const sql = text(file);
    return { sql, schema: Number(/^pragma user_version = (\d+);/.exec(sql)?.[1]) };
  };
  return {
    name,
    agents: database('agents.sql'),
    objects: database('objects.sql'),
    files: JSON.parse(text('files.json')) as KeptHome['files'],
    answers: JSON.parse(text('answers.json')) as readonly Answer[],
  };
}

/** Makes it again, in a folder that is not there yet. */
export function layOutHome({ agents, objects, files }: KeptHome, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const modes = { mode: 0o600 };
  for (const [name, { sql }] of [
    ['agents.db', agents],
    ['objects.db', objects],
  ] as const) {
    writeFileSync(join(folder, name), '', modes);
    loadDump(join(folder, name), sql);
  }
  for (const [path, base64] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), Buffer.from(base64, 'base64'), modes);
  }
}
