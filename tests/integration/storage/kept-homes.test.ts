import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { SCHEMAS } from '../../../src/storage/schema-versions.ts';
import { KeptBench } from '../../support/kept-bench.ts';
import { KEPT_HOMES, type Answer, type KeptHome } from '../../support/kept-homes.ts';
import { countMoments, expectUpgradedAfterKill } from '../../support/killed-upgrade.ts';
import { dumpDatabase } from '../../support/sql-dump.ts';

/** Of `plan checkpoint show --files`. */
interface ShownFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: string | null;
  readonly hash: string | null;
  readonly target: string | null;
}

const LOOKS = ['plan list', 'plan run x.plan.yaml', 'plan prune', 'storage verify', 'storage du'];

function shownFiles({ answers }: KeptHome): readonly (Answer & { readonly files: readonly ShownFile[] })[] {
  return answers
    .filter(({ args }) => args.includes('--files'))
    .map((answer) => ({ ...answer, files: (answer.data as { files: ShownFile[] }).files }));
}

function expectOnDisk(folder: string, { path, type, mode, hash, target }: ShownFile): void {
  const file = join(folder, path);
  const stat = lstatSync(file);
  if (type === 'symlink') expect([path, readlinkSync(file)]).toEqual([path, target]);
  else expect([path, `0${(stat.mode & 0o7777).toString(8)}`]).toEqual([path, mode]);
  if (type !== 'file') return;
  expect([path, createHash('sha256').update(readFileSync(file)).digest('hex')]).toEqual([path, hash]);
}

it.each(Object.entries(SCHEMAS).map(([name, { version }]) => [name, version] as const))(
  'Given every schema of %s before %i, Then a home of it was kept',
  (name, version) => {
    const kept = new Set(
      KEPT_HOMES.map(({ agents, objects }) => (name === 'agents.db' ? agents : objects).schema),
    );
    for (let schema = 1; schema < version; schema += 1) expect([...kept]).toContain(schema);
  },
);

describe.each(KEPT_HOMES.map((kept) => [kept.name, kept] as const))('a home of %s', (_name, kept) => {
  it('Given it is used, Then all answers are as they were, every row is there, and so is a copy of before', async () => {
    await using bench = new KeptBench(kept);
    const before = bench.count();
    await bench.expectKept();
    expect(bench.count()).toEqual(before);
    const copies = readdirSync(bench.store).filter((name) => name.includes('upgrade'));
    const older = [
      ['agents.db', kept.agents],
      ['objects.db', kept.objects],
    ] as const;
    const upgraded = older.filter(([name, { schema }]) => schema < SCHEMAS[name].version);
    expect(copies).toEqual(upgraded.map(([name, { schema }]) => `${name}.before-upgrade-${schema}`));
    for (const [name, { schema, sql }] of upgraded)
      expect(dumpDatabase(join(bench.store, `${name}.before-upgrade-${schema}`))).toBe(sql);
  });

  it.runIf(shownFiles(kept).length > 0)(
    'Given checkpoints with files, When they are laid out, Then they are what was captured',
    async () => {
      await using bench = new KeptBench(kept);
      for (const [index, { args, files }] of shownFiles(kept).entries()) {
        const folder = join(bench.folder, String(index));
        expect((await bench.json('plan', 'fork', args[3]!, args[4]!, '--into', folder)).exit_code).toBe(0);
        const found = readdirSync(folder, { recursive: true, encoding: 'utf8' });
        expect(found.sort()).toEqual(files.map(({ path }) => path));
        for (const file of files) expectOnDisk(folder, file);
      }
    },
  );

  it.runIf(shownFiles(kept).length > 0)(
    'Given a plan that failed, When it is forked and run, Then it goes on where it was',
    async () => {
      const stuck = kept.answers.find(({ data }) => (data as { name?: string }).name === 'stuck') as Answer;
      await using bench = new KeptBench(kept);
      const { data } = await bench.json('plan', 'fork', stuck.args[2]!, '2', '--into', 'again');
      writeFileSync(join(bench.folder, 'again', 'go'), '');
      const { code, err } = await bench.run('plan', 'execute', data.plan_id as string);
      expect(code, err).toBe(0);
      expect(bench.read('again/s.txt')).toBe('two\n');
    },
  );
});

describe('a database that a newer program has used', () => {
  it.each(['agents.db', 'objects.db'])('Given %s, Then it is refused, and left as it is', async (name) => {
    await using bench = new KeptBench(KEPT_HOMES.at(-1)!);
    const file = join(bench.store, name);
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    const before = dumpDatabase(file);
    bench.write('x.plan.yaml', 'name: x\nsteps: [{ run: echo x > x.txt }]\n');
    const said = [];
    for (const look of LOOKS) said.push(await bench.run(...look.split(' ')));
    const refused = said.filter(({ code, err }) => code === 7 && err.includes(`${name} has schema 99`));
    // What needs no contents goes on without them.
    expect(refused.length).toBeGreaterThanOrEqual(name === 'agents.db' ? LOOKS.length : 2);
    expect(dumpDatabase(file)).toBe(before);
  });
});

describe('an upgrade that is killed', () => {
  const [oldest] = KEPT_HOMES as readonly [KeptHome];

  /** Before each statement: `npm run soak -- upgrade`. */
  it('Given moments of all of it, Then the next start brings it to its end', async () => {
    const count = await countMoments(oldest, 'agents.db');
    for (const part of [0.3, 0.6, 0.9])
      await expectUpgradedAfterKill(oldest, 'agents.db', Math.ceil(count * part));
  });
});
