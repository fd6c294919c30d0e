import * as fc from 'fast-check';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { CliBench, type Said } from './cli-bench.ts';
import { EARLY, ran } from './notes-plan.ts';

/** A bug of ours ends with another code. */
const EXPECTED_CODES = [0, 1, 3, 4, 5, 6, 7];

/** What a disk, a crash of the machine or a person does to a file. */
type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'zero'; readonly at: number; readonly length: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'gone' };

const place = fc.integer({ min: 0, max: 0x7fffffff });
const damages: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('flip' as const),
      at: place,
      bits: fc.integer({ min: 1, max: 255 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('zero' as const),
      at: place,
      length: fc.integer({ min: 1, max: 4096 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gone' as const) }) },
);

const LOOKS = [
  ['plan', 'list'],
  ['plan', 'show', 'last', 'style'],
  ['storage', 'du'],
  ['doctor'],
  ['plan', 'checkpoint', 'prune', '--dry-run'],
] as const;

const LARGE = `
name: large
steps:
  - { id: one, run: 'yes large | head -n 60000 > large.txt; echo one > a.txt' }
  - { id: two, run: 'echo two > a.txt; rm large.txt', needs: [one] }
`;

/** A plan of the home, and the files that a checkpoint of it holds. */
interface KnownPlan {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What \`storage verify\` found. */
interface Findings {
  readonly databases: readonly unknown[];
  readonly journals: readonly { readonly plan_id: string }[];
  readonly states: readonly { readonly plan_id: string }[];
  readonly objects: readonly { readonly uses: readonly { readonly plan_id: string }[] }[];
}

/**
 * A home with two plans, whose last commits stand in the log of its databases, and large content beside them; all that is asked of it
 * after one of its files was damaged.
 */
export class DamageBench extends CliBench {
  readonly store = join(this.home, 'agents');
  readonly #kept = join(this.root, 'kept');
  readonly #keptFolder = join(this.root, 'kept-folder');
  readonly #plans: KnownPlan[] = [];
  /** Reads archives. */
  readonly #reader = new CliBench();
  /** The longest command, in milliseconds, and what was damaged. */
  slowest = { ms: 0, command: '', damage: '' };
  #damage = '';

  /** Files of the home that can be damaged, by their path in it. */
  async fill(): Promise<readonly string[]> {
    await ran(this);
    this.write('large.plan.yaml', LARGE);
    const held = ['agents.db', 'objects.db'].map((name) => {
      const db = new Database(join(this.store, name), { readonly: true });
      db.prepare('select count(*) from sqlite_schema').get();
      return db;
    });
    expect((await this.run('plan', 'run', 'large.plan.yaml')).code).toBe(0);
    const { data } = await this.json('plan', 'list');
    for (const { plan_id } of data.plans as { plan_id: string }[]) {
      const folder = join(this.root, plan_id);
      expect((await this.run('plan', 'fork', plan_id, EARLY, '--into', folder)).code).toBe(0);
      this.#plans.push({ id: plan_id, files: filesOf(folder) });
    }
    cpSync(this.store, this.#kept, { recursive: true, filter: (path) => !path.endsWith('-shm') });
    cpSync(this.folder, this.#keptFolder, { recursive: true });
    for (const db of held) db.close();
    await this.#reader.run('plan', 'list');
    const all = readdirSync(this.#kept, { recursive: true, encoding: 'utf8' });
    return all
      .filter(
        (path) => statSync(join(this.#kept, path)).isFile() && statSync(join(this.#kept, path)).size > 0,
      )
      .sort();
  }

  /** It is what it was, but for one file. */
  damage(file: string, damage: Damage): void {
    for (const [from, to] of [
      [this.#kept, this.store],
      [this.#keptFolder, this.folder],
    ] as const) {
      rmSync(to, { recursive: true, force: true });
      cpSync(from, to, { recursive: true });
    }
    hurt(join(this.store, file), damage);
    this.#damage = `${file} ${JSON.stringify(damage)}`;
  }

  /** Whatever is asked ends with a clear word; what is not named as damaged is there, whole, and can be taken away. */
  async expectClear(hasLostCommits: boolean): Promise<void> {
    for (const args of LOOKS) await this.ask(...args);
    const { code, out } = await this.ask('storage', 'verify', '--json');
    const found = (JSON.parse(out) as { data: Findings | null }).data;
    if (found === null) expect(code).not.toBe(0);
    for (const plan of this.#plans) await this.#expectPlan(plan, found, hasLostCommits);
    const [{ id, files }] = this.#plans as [KnownPlan];
    const { code: back } = await this.ask('plan', 'rollback', id, EARLY, '--yes');
    // Commits that were lost with the log may be those of a run's end: then it is held by this process.
    if (code === 0) expect(hasLostCommits ? [0, 4, 6] : [0]).toContain(back);
    if (back === 0) expect(filesOf(this.folder)).toMatchObject(files);
  }

  async ask(...args: readonly string[]): Promise<Said> {
    const begin = performance.now();
    const said = await this.run(...args);
    const ms = Math.round(performance.now() - begin);
    if (ms > this.slowest.ms) this.slowest = { ms, command: args.join(' '), damage: this.#damage };
    const { code, out, err } = said;
    expect(EXPECTED_CODES, `${args.join(' ')}\n${err}`).toContain(code);
    expect(err).not.toMatch(/\n {4}at /);
    if (code !== 0 && out === '') expect(err).not.toBe('');
    return said;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
    await super[Symbol.asyncDispose]();
  }

  async #expectPlan(
    { id, files }: KnownPlan,
    found: Findings | null,
    hasLostCommits: boolean,
  ): Promise<void> {
    const folder = join(this.root, 'laid-out');
    const archive = join(this.root, 'plan.agents');
    const codes = [
      await this.ask('plan', 'events', id),
      await this.ask('plan', 'checkpoint', 'list', id),
      await this.ask('plan', 'checkpoint', 'show', id, EARLY, '--files'),
      await this.ask('plan', 'diff', id, '1', EARLY),
      await this.ask('plan', 'checkpoint', 'export', id, archive),
      await this.ask('plan', 'fork', id, EARLY, '--into', folder),
    ].map(({ code }) => code);
    // Without its last commits a plan may lack that checkpoint, or never have been.
    const isThere = !hasLostCommits || !codes.includes(4);
    if (found !== null && !isBlamed(found, id) && isThere) expect(codes).toEqual(codes.map(() => 0));
    if (existsSync(folder)) {
      if (codes.at(-1) === 0) expect(filesOf(folder)).toEqual(files);
      rmSync(folder, { recursive: true });
    }
    if (existsSync(archive)) {
      await this.#expectArchive(archive, id);
      rmSync(archive);
    }
  }

  /** What was exported of a damaged home is whole. */
  async #expectArchive(archive: string, id: string): Promise<void> {
    const { code, err } = await this.#reader.run('plan', 'checkpoint', 'import', archive);
    expect([0, 7], err).toContain(code);
    if (code === 0) expect((await this.#reader.run('plan', 'delete', id, '--yes')).code).toBe(0);
  }
}

function isBlamed({ databases, journals, states, objects }: Findings, id: string): boolean {
  if (databases.length > 0) return true;
  const blamed = [...journals, ...states, ...objects.flatMap(({ uses }) => uses)];
  return blamed.some(({ plan_id }) => plan_id === id);
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile()).sort();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** A home of which a file is damaged: see DamageBench. */
export function damagedHomes(
  bench: DamageBench,
  files: readonly string[],
): fc.IAsyncProperty<[string, Damage]> {
  return fc.asyncProperty(fc.constantFrom(...files), damages, async (file, damage) => {
    bench.damage(file, damage);
    // A log is read up to where its checksums fit; a database that is not there at all is made anew.
    await bench.expectClear(file.endsWith('-wal') || damage.kind === 'gone');
  });
}

function hurt(file: string, damage: Damage): void {
  if (damage.kind === 'gone') {
    rmSync(file);
    return;
  }
  const bytes = readFileSync(file);
  const at = damage.at % bytes.length;
  if (damage.kind === 'flip') bytes[at]! ^= damage.bits;
  if (damage.kind === 'zero') bytes.fill(0, at, Math.min(at + damage.length, bytes.length));
  writeFileSync(file, damage.kind === 'cut' ? bytes.subarray(0, at) : bytes);
}
