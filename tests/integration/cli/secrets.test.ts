import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { CliBench, type Said } from '../../support/cli-bench.ts';

/** Planted in the environment, and from there by the plan into all that it does. With signs that JSON and URLs write otherwise. */
const INPUT = 'canary-Xq/7+t0k3n&"quote';
const KEY = 'canaryKey99887766';
/** Of a provider of models: only the settings say that its variable has a key. */
const PASS = 'canary-of-a-provider';
const TOKEN = `ghp_${'canary'.repeat(6)}`;
const FORMS = [
  INPUT,
  JSON.stringify(INPUT).slice(1, -1),
  encodeURIComponent(INPUT),
  Buffer.from(INPUT).toString('base64').slice(0, 24),
  KEY,
  PASS,
  TOKEN,
];

const PLAN = `
name: canary
goal: find it
inputs:
  token: { secret: true, env: DEMO_TOKEN }
steps:
  - id: say
    env: { T: "\${{ inputs.token }}" }
    run: |
      echo "out $T"; echo "err $T" >&2; printf %s "$T" | base64; echo "$MY_API_KEY $CORP_PASS" > key-file; env | grep MY_
      printf %s "$T" | head -c 9; sleep 0.1; printf %s "$T" | tail -c +10; echo; cat github
      for i in $(seq 1 900); do echo "$i $T"; done
  - { id: file, uses: fs.read, with: { path: key-file } }
  - { id: grep, uses: fs.grep, with: { pattern: canary } }
  - { id: write, uses: fs.write, with: { path: out.txt, content: "\${{ steps.say.outputs.stdout }}" } }
  - { id: note, uses: plan.note, with: { text: "\${{ steps.file.outputs.content }}" } }
  - { id: set, uses: plan.set, with: { key: found, value: "\${{ steps.grep.outputs }}" } }
  - { id: ask, decide: { question: "\${{ steps.file.outputs.content }}?", options: [a, b], by: human, default: a } }
  - id: sub
    env: { K: "\${{ steps.file.outputs.content }}" }
    subplans: { plans: [{ name: below, steps: [{ run: 'echo "$K $MY_API_KEY"' }] }] }
  - id: die
    env: { T: "\${{ inputs.token }}" }
    run: 'echo "$T" > failed.txt; echo "no: $T $MY_API_KEY" >&2; exit 3'
outputs: { all: "\${{ steps.say.outputs.stdout }}" }
`;

const LOOKS = [
  'plan show last ask',
  'plan status last',
  'plan tree last',
  'plan events last',
  'plan checkpoint list last',
  'plan checkpoint show last last',
  'plan diff last 1',
  'plan explain canary.plan.yaml',
  'plan list',
  'doctor',
];

let bench: CliBench;
const said: Said[] = [];

beforeAll(async () => {
  bench = new CliBench();
  Object.assign(bench.env, { DEMO_TOKEN: INPUT, MY_API_KEY: KEY, CORP_PASS: PASS });
  bench.env['AGENTS_MODELS_PROVIDERS'] = '{ corp: { url: "https://models.corp/v1", key: CORP_PASS } }';
  bench.write('canary.plan.yaml', PLAN);
  bench.write('github', TOKEN);
  said.push(await bench.run('plan', 'run', 'canary.plan.yaml', '--no-input'));
  said.push(await bench.run('plan', 'run', 'canary.plan.yaml', '--no-input', '--json=stream'));
  for (const line of LOOKS) {
    said.push(await bench.run(...line.split(' ')), await bench.run(...line.split(' '), '--json'));
  }
});
afterAll(() => bench[Symbol.asyncDispose]());

const holds = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));
const agents = (): string => join(bench.home, 'agents');

/** Every value of every row, as text. */
function* rowsOf(file: string): Generator<string> {
  using database = Object.assign(new Database(file, { readonly: true }), {
    [Symbol.dispose]: () => database.close(),
  });
  const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all();
  for (const table of tables as string[]) {
    for (const row of database.prepare(`select * from "${table}"`).raw().iterate()) {
      for (const value of row as unknown[]) {
        yield Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
      }
    }
  }
}

describe('a secret', () => {
  it('is planted: the plan got as far as its last step, and the files have it', () => {
    expect(said[0]?.code).toBe(1);
    expect(holds(bench.read('failed.txt'))).toContain(INPUT);
    expect(holds(bench.read('key-file'))).toEqual(expect.arrayContaining([KEY, PASS]));
    expect(said[0]?.out).toMatch(/no: \*\*\*/);
  });

  it('is in nothing that is said, in either form', () => {
    for (const { out, err } of said) expect(holds(out + err)).toEqual([]);
  });

  it('is in no row of the journal, the state, the checkpoints', () => {
    for (const text of rowsOf(join(agents(), 'agents.db'))) expect(holds(text)).toEqual([]);
  });

  it('is in no file of the home but for what the workspace holds', () => {
    const files = readdirSync(agents(), { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('objects'))
      .map((name) => join(agents(), name))
      .filter((name) => statSync(name).isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(holds(readFileSync(file, 'latin1'))).toEqual([]);
  });

  it('is in no stored output', async () => {
    const database = new Database(join(agents(), 'agents.db'), { readonly: true });
    const rows = database.prepare('select payload as text from plan_events').pluck().all() as string[];
    database.close();
    const hashes = rows.flatMap((text) =>
      [...text.matchAll(/"sha256:([0-9a-f]{64})"/g)].map(([, hash]) => hash!),
    );
    expect(hashes.length).toBeGreaterThan(0);
    const store = await openObjectStore({ home: agents() });
    for (const hash of new Set(hashes)) {
      expect(holds(Buffer.from(store.readContent(hash)).toString('latin1'))).toEqual([]);
    }
    store.close();
  });

  it.each([
    ['of a new checkpoint', ['plan', 'checkpoint', 'create', 'last', '--label', `before ${KEY}`]],
    ['of an old one', ['plan', 'checkpoint', 'label', 'last', 'last', `with ${INPUT}`]],
  ])('is refused in the label %s', async (_, args) => {
    const { error, exit_code } = await bench.json(...args);
    expect([exit_code, error?.code]).toEqual([2, 'secret_in_label']);
    expect(holds(JSON.stringify(error))).toEqual([]);
    for (const text of rowsOf(join(agents(), 'agents.db'))) expect(holds(text)).toEqual([]);
  });
});
