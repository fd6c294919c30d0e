/** What `npm run soak -- --seed N --runs N` asked for, as run.ts hands it to the tests. */
export interface SoakOptions {
  readonly seed: number;
  /** How often each property is tried. */
  readonly runs: number;
}

const VARIABLE = 'SOAK_OPTIONS';

export function readSoak(): SoakOptions {
  return JSON.parse(process.env[VARIABLE] ?? '{"seed":1,"runs":10}') as SoakOptions;
}

export function soakEnvironment(options: SoakOptions): Readonly<Record<string, string>> {
  return { [VARIABLE]: JSON.stringify(options) };
}
