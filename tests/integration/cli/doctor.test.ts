import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/app/doctor/check.ts';
import { diagnose } from '../../../src/app/doctor/diagnose.ts';
import { checkHome } from '../../../src/app/doctor/home-check.ts';
import { checkNode, checkSpace } from '../../../src/app/doctor/machine-checks.ts';
import { checkWatches } from '../../../src/app/doctor/watch-check.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { CliBench } from '../../support/cli-bench.ts';
import { CAN_WATCH } from '../../support/watched-workspace.ts';

const PLAN = 'name: small\nsteps: [ { id: one, run: "true", effect: read } ]\n';

class DoctorBench extends CliBench {
  readonly store = join(this.home, 'agents');

  async makePlan(): Promise<void> {
    this.write('small.plan.yaml', PLAN);
    await this.run('plan', 'run', 'small.plan.yaml', '--quiet');
  }

  change(sql: string, ...values: readonly unknown[]): void {
    this.changeIn('agents.db', sql, ...values);
  }

  changeIn(name: string, sql: string, ...values: readonly unknown[]): void {
    const database = new Database(join(this.store, name));
    database.prepare(sql).run(...values);
    database.close();
  }

  /** What it says of one thing. */
  async check(id: string): Promise<Check> {
    const { data } = await this.json('doctor');
    return (data.checks as readonly Check[]).find((check) => check.id === id) as Check;
  }
}

const { self } = new SystemProcessTable();
const GONE = { ...self, boot_id: 'an earlier boot' };
const ELSEWHERE = { ...self, host: 'elsewhere', boot_id: 'another machine' };

const lease = (holder: object): string =>
  JSON.stringify({ holder, role: 'runner', since: '', heartbeat_at: '' });

describe('agents doctor', () => {
  it('Given a new home, then all is well, and nothing is made', async () => {
    await using bench = new DoctorBench();
    const { code, out, err } = await bench.run('doctor');
    expect([code, err]).toEqual([0, '']);
    expect(
      out
        .replaceAll(bench.root, '/r')
        .replaceAll(/\d+ [MG]iB|(?:Node|SQLite) [\d.]+|what changes in .*|every checkpoint looks .*/g, '<>'),
    ).toMatchInlineSnapshot(`
      "ok  version      agents 0.0.0-test
      ok  node         <>
      ok  sqlite       <>
      ok  home         /r/home/agents is not there yet: the first plan makes it
      ok  space        <> free on the disk of /r/home/agents
      ok  watches      the system tells <>
      ok  config       no settings files: the defaults hold
      ok  migrations   no database yet: the first plan makes it
      ok  integrity    no damage at a first look: agents storage verify reads everything
      ok  leases       no plan is held
      ok  runners      0 plans running
      ok  operations   0 operations under way
      ok  live_output  no live output is left over
      "
    `);
    expect(readdirSync(bench.home)).toEqual([]);
  });

  it('Given a plan and settings, then all is well', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    bench.write('.agentsrc', 'ui: { glyphs: ascii }\n');
    const { data, exit_code } = await bench.json('doctor');
    expect(exit_code).toBe(0);
    const checks = data.checks as readonly Check[];
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.find(({ id }) => id === 'config')?.message).toBe(`1 file: ${bench.folder}/.agentsrc`);
    expect(checks.find(({ id }) => id === 'migrations')?.message).toMatch(/^agents\.db has schema \d+/);
  });

  it('Given faulty settings, then exit 7, the place and what to type', async () => {
    await using bench = new DoctorBench();
    bench.write('.agentsrc', 'ui: { glyphs: round, glyph: 1 }\n');
    const { code, out, err } = await bench.run('doctor');
    expect([code, err]).toEqual([7, '']);
    expect(out).toMatch(
      /^fail +config +\S+\.agentsrc:1:\d+: .* \(and 1 more\)\n +next: agents config validate$/m,
    );
    const { error, exit_code } = await bench.json('doctor');
    expect([exit_code, error]).toEqual([
      7,
      expect.objectContaining({ code: 'unhealthy', message: 'not as it should be: config' }),
    ]);
  });

  it('Given one fault in the settings, then that alone', async () => {
    await using bench = new DoctorBench();
    bench.write('.agentsrc', 'ui: { glyphs: round }\n');
    expect((await bench.check('config')).message).not.toContain('more');
  });

  it('Given a relative AGENTS_HOME, then that has failed, and the rest is still looked at', async () => {
    await using bench = new DoctorBench();
    bench.env['AGENTS_HOME'] = 'here';
    expect(await bench.check('home')).toMatchObject({
      status: 'fail',
      next: 'export AGENTS_HOME="$PWD/here"',
    });
    expect(await bench.check('config')).toMatchObject({ status: 'ok' });
  });

  it('Given a file where the home should be, then what to do', async () => {
    await using bench = new DoctorBench();
    writeFileSync(bench.store, '');
    expect(await bench.check('home')).toMatchObject({
      status: 'fail',
      message: `${bench.store} is no folder`,
    });
  });

  it('Given a home below a file, then it cannot be made', async () => {
    await using bench = new DoctorBench();
    const file = bench.write('file', '');
    bench.env['AGENTS_HOME'] = join(file, 'home');
    expect(await bench.check('home')).toMatchObject({
      status: 'fail',
      message: `${file}/home cannot be made: ${file} may not be written`,
      next: 'set AGENTS_HOME to another folder',
    });
  });

  // The superuser may write everywhere.
  it.skipIf(process.getuid?.() === 0)('Given a home that may not be written, then the command', async () => {
    await using bench = new DoctorBench();
    mkdirSync(bench.store, { mode: 0o500 });
    expect(await bench.check('home')).toMatchObject({ status: 'fail', next: `chmod u+rwX ${bench.store}` });
  });

  it('Given a home that others may look into, then a warning with the command that closes it', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    chmodSync(bench.store, 0o755);
    chmodSync(join(bench.store, 'agents.db'), 0o644);
    const { status, next } = await bench.check('home');
    expect([status, next]).toEqual(['warn', `chmod go= ${bench.store} ${bench.store}/agents.db`]);
    const strange = join(bench.home, "it's here");
    mkdirSync(strange, { mode: 0o755 });
    bench.env['AGENTS_HOME'] = strange;
    expect((await bench.check('home')).next).toBe(`chmod go= '${bench.home}/it'\\''s here'`);
  });

  it.each([
    [
      'update plans set state = ?, lease = ?',
      GONE,
      'processing',
      'runners',
      'warn',
      /^agents plan execute \w{8}$/,
    ],
    ['update plans set state = ?, lease = ?', self, 'processing', 'runners', 'ok', null],
    ['update plans set state = ?, lease = ?', null, 'processing', 'runners', 'warn', /^agents plan execute /],
    ['update plans set state = ?, lease = ?', GONE, 'paused', 'leases', 'warn', /^nothing: /],
    ['update plans set state = ?, lease = ?', self, 'paused', 'leases', 'ok', null],
    [
      'update plans set state = ?, lease = ?',
      ELSEWHERE,
      'paused',
      'leases',
      'warn',
      /^on elsewhere: agents plan execute \w{8}$/,
    ],
  ] as const)(
    'Given %s with holder %j and state %s, then %s is %s',
    async (sql, holder, state, id, status, next) => {
      await using bench = new DoctorBench();
      await bench.makePlan();
      bench.change(sql, state, holder === null ? null : lease(holder));
      const check = await bench.check(id);
      expect(check.status).toBe(status);
      if (next === null) expect(check.next).toBeNull();
      else expect(check.next).toMatch(next);
      expect(check.message).toMatch(status === 'ok' ? /^1 plan / : /small \w{8}/);
    },
  );

  it('Given a run that was killed, then only its runner is missed: the lease is part of that', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    bench.change('update plans set state = ?, lease = ?', 'processing', lease(GONE));
    expect(await bench.check('leases')).toMatchObject({ status: 'ok', message: 'no plan is held' });
  });

  it.each([
    [GONE, 'recovery', `(select id from plans)`, 'warn', /^agents plan execute \w{8}$/],
    [GONE, 'import', `'another'`, 'warn', /^agents plan checkpoint import FILE, with the same file$/],
    [GONE, 'verify', 'null', 'warn', /^nothing: /],
    [self, 'import', 'null', 'ok', null],
  ])('Given an open operation of %j: %s, then %s %s', async (holder, kind, planId, status, next) => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    bench.change(
      `insert into operations (id, kind, root_plan_id, process, started_at) values ('x', ?, ${planId}, ?, '')`,
      kind,
      JSON.stringify(holder),
    );
    const check = await bench.check('operations');
    expect(check.status).toBe(status);
    if (next === null) expect(check.next).toBeNull();
    else expect(check.next).toMatch(next);
  });

  it('Given several that were cut off, then the one that left files half way is told of', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    for (const kind of ['import', 'rollback'])
      bench.change(
        `insert into operations (id, kind, root_plan_id, process, started_at) values (?, ?, (select id from plans), ?, '')`,
        kind,
        kind,
        JSON.stringify(GONE),
      );
    expect(await bench.check('operations')).toMatchObject({
      message: '2 operations broken off: import, rollback',
      next: expect.stringMatching(/^agents plan rollback --continue/) as string,
    });
  });

  it.each(['rollback', 'apply'])('Given a %s that was cut off, then both ways to end it', async (kind) => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    bench.change(
      `insert into operations (id, kind, root_plan_id, process, started_at) values ('x', ?, (select id from plans), ?, '')`,
      kind,
      JSON.stringify(GONE),
    );
    expect(await bench.check('operations')).toMatchObject({
      status: 'warn',
      message: `1 operation broken off: ${kind}`,
      next: expect.stringMatching(
        /^agents plan rollback --continue \w{8}, or: agents plan rollback --abort \w{8}$/,
      ) as string,
    });
  });

  it('Given live output that nobody writes any more, then a warning; of a running plan it is in use', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    const [id] = readIds(bench);
    mkdirSync(join(bench.store, 'live', id as string), { recursive: true });
    expect(await bench.check('live_output')).toMatchObject({
      status: 'warn',
      next: `rm -r ${bench.store}/live/${id}`,
    });
    bench.change('update plans set lease = ?', lease(self));
    expect(await bench.check('live_output')).toMatchObject({ status: 'ok' });
    bench.change("update plans set state = 'processing', lease = ?", null);
    expect(await bench.check('live_output')).toMatchObject({ status: 'ok' });
  });

  it.each([
    [99, 'fail', 'update agents, or set AGENTS_HOME to another folder'],
    [0, 'warn', 'agents plan list'],
  ])('Given a database of schema %d, then migrations: %s', async (schema, status, next) => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    const database = new Database(join(bench.store, 'agents.db'));
    database.pragma(`user_version = ${schema}`);
    database.close();
    expect(await bench.check('migrations')).toMatchObject({ status, next });
  });

  it.each([
    ['agents.db is of a newer version', 99],
    ['agents.db is of an older version', 1],
    ['a row is no JSON', null],
  ])('Given %s, then nothing is said of plans that can not be read', async (_what, schema) => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    mkdirSync(join(bench.store, 'live', 'left'), { recursive: true });
    const database = new Database(join(bench.store, 'agents.db'));
    if (schema === null) database.exec(`update plans set lease = '{'`);
    else database.pragma(`user_version = ${schema}`);
    database.close();
    const { data } = await bench.json('doctor');
    const ids = (data.checks as readonly Check[]).map(({ id }) => id);
    expect(ids).toEqual([
      'version',
      'node',
      'sqlite',
      'home',
      'space',
      'watches',
      'config',
      'migrations',
      'integrity',
    ]);
  });

  it('Given a file that is no database, then integrity has failed', async () => {
    await using bench = new DoctorBench();
    mkdirSync(bench.store, { mode: 0o700 });
    writeFileSync(join(bench.store, 'agents.db'), 'no database at all', { mode: 0o600 });
    const { status, message, next } = await bench.check('integrity');
    expect([status, next]).toEqual(['fail', 'move it away, or set AGENTS_HOME to another folder']);
    expect(message).toContain('agents.db');
  });

  it('Given a database whose index does not fit its table, then integrity says so', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    const database = new Database(join(bench.store, 'agents.db'));
    database.unsafeMode(true);
    database.pragma('writable_schema = on');
    database.exec("update sqlite_schema set rootpage = 2 where name = 'plans_parent_idx'");
    database.close();
    expect(await bench.check('integrity')).toMatchObject({ status: 'fail' });
  });

  it.each<[what: string, spoil: (store: string) => void, message: RegExp, next: RegExp]>([
    [
      'plans were deleted',
      (store) => rmSync(join(store, 'agents.db')),
      /agents\.db does not know older plans, whose contents are stored beside it: it was deleted, or cut off$/,
      /^put back a copy of \S+agents\.db; without one, agents storage gc deletes the contents too$/,
    ],
    [
      'plans were cut off',
      (store) => writeFileSync(join(store, 'agents.db'), ''),
      /agents\.db does not know older plans/,
      /^put back a copy/,
    ],
    [
      'contents were deleted',
      (store) => rmSync(join(store, 'objects.db')),
      /objects\.db holds nothing, but checkpoints have files: it was deleted, or cut off$/,
      /^put back a copy of \S+objects\.db; agents storage verify names what is missing$/,
    ],
    [
      'contents were cut off',
      (store) => writeFileSync(join(store, 'objects.db'), ''),
      /objects\.db holds nothing/,
      /^put back a copy/,
    ],
  ])(
    'Given a database whose %s, then integrity says what is missing, also when it was made anew',
    async (_what, spoil, message, next) => {
      await using bench = new DoctorBench();
      bench.write('w.plan.yaml', 'name: w\nsteps: [ { run: "echo a > a" } ]\n');
      await bench.run('plan', 'run', 'w.plan.yaml', '--quiet');
      // An hour ago.
      for (const name of ['agents.db', 'objects.db'])
        bench.changeIn(name, 'update mikro_orm_migrations set executed_at = executed_at - 3600000');
      bench.changeIn('objects.db', "update trees set created_at = '2026-01-01T00:00:00.000Z'");
      spoil(bench.store);
      const expected = {
        status: 'fail',
        message: expect.stringMatching(message),
        next: expect.stringMatching(next),
      };
      expect(await bench.check('integrity')).toMatchObject(expected);
      await bench.run('plan', 'list');
      await bench.run('storage', 'du');
      expect(await bench.check('integrity')).toMatchObject(expected);
    },
  );

  it('Given a home whose only plan was deleted, then all is well: its contents wait for the collection', async () => {
    await using bench = new DoctorBench();
    await bench.makePlan();
    expect((await bench.run('plan', 'checkpoint', 'create', 'last')).code).toBe(0);
    expect((await bench.run('plan', 'delete', 'last', '--yes')).code).toBe(0);
    expect(await bench.check('integrity')).toMatchObject({ status: 'ok' });
  });

  it('Given a folder that does not exist, then an error that says so', async () => {
    await using bench = new DoctorBench();
    rmSync(bench.store, { recursive: true, force: true });
    const { code, err } = await bench.run('doctor', '-C', 'gone');
    expect([code, err]).toEqual([4, expect.stringContaining('gone does not exist')]);
  });
});

function readIds(bench: DoctorBench): readonly string[] {
  const database = new Database(join(bench.store, 'agents.db'), { readonly: true });
  const rows = database.prepare('select id from plans').all() as readonly { readonly id: string }[];
  database.close();
  return rows.map(({ id }) => id);
}

describe('single checks', () => {
  it.each([
    ['22.17.1', 'fail'],
    ['20.19.0', 'fail'],
    ['22.18.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('Given Node %s, then %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  it('Given SQLite was built for another system, then that, and no database is looked at', async () => {
    await using bench = new DoctorBench();
    const source = { workspace: bench.folder, env: bench.env, home: bench.home, flags: {} };
    const sqliteVersion = (): Promise<string> => Promise.reject(new Error('invalid ELF header'));
    const checks = await diagnose({ version: '1.2.3', source, sqliteVersion });
    expect(checks.find(({ id }) => id === 'sqlite')).toMatchObject({
      status: 'fail',
      message: "SQLite can't be loaded: invalid ELF header",
    });
    expect(checks.map(({ id }) => id)).not.toContain('integrity');
  });

  it.each([
    ['EROFS', 0, 'fail', /is on a disk that may only be read$/, /^set AGENTS_HOME/],
    ['EACCES', 1, 'fail', /belongs to another user \(\d+\)$/, /^set AGENTS_HOME/],
    ['EACCES', 0, 'fail', /may not be used$/, /^chmod u\+rwX /],
    [null, 1, 'warn', /belongs to another user \(\d+\), who can't use/, /^set AGENTS_HOME/],
  ])(
    'Given a home that answers %s, of a user %d further, then %s',
    async (code, further, status, what, next) => {
      await using bench = new DoctorBench();
      const user = {
        uid: (process.getuid?.() ?? 0) + further,
        access: () => {
          if (code !== null) throw Object.assign(new Error(code), { code });
        },
      };
      const check = checkHome(bench.home, user);
      expect(check.status).toBe(status);
      expect(check.message).toMatch(what);
      expect(check.next).toMatch(next);
    },
  );

  const ROWS = [
    ['EROFS', 0, /^agents\.db, sub is on a disk that may only be read$/, /^set AGENTS_HOME/],
    [
      'EACCES',
      1,
      /^agents\.db, sub may not be used: of another user \(\d+\), as by/,
      /^sudo chown -R \d+ agents\.db sub$/,
    ],
    ['EACCES', 0, /^agents\.db, sub may not be used$/, /^chmod u\+rwX agents\.db sub$/],
    ['ENOENT', 0, /, readable by you only$/, null],
  ] as const;
  // Only the superuser can give a folder away.
  it.each(ROWS.filter(([, further]) => further === 0 || process.getuid?.() === 0))(
    'Given that what stands in the home answers %s, of a user %d further, then what to do',
    (code, further, what, next) => {
      const home = mkdtempSync(join(tmpdir(), 'agents-doctor-'));
      try {
        writeFileSync(join(home, 'agents.db'), '', { mode: 0o600 });
        mkdirSync(join(home, 'sub'), { mode: 0o700 });
        writeFileSync(join(home, 'whole'), '', { mode: 0o600 });
        symlinkSync('nowhere', join(home, 'left'));
        const access = (path: string): void => {
          if (/agents\.db$|sub$/.test(path)) throw Object.assign(new Error(code), { code });
        };
        // The home itself is ours in each of them.
        const uid = (process.getuid?.() ?? 0) + further;
        if (further > 0) chownSync(home, uid, uid);
        const { status, message, next: said } = checkHome(home, { uid, access });
        const short = (text: string | null): string => (text ?? '').replaceAll(`${home}/`, '');
        expect([status, short(message)]).toEqual([
          next === null ? 'ok' : 'fail',
          expect.stringMatching(what),
        ]);
        if (next !== null) expect(short(said)).toMatch(next);
      } finally {
        rmSync(home, { recursive: true });
      }
    },
  );

  it.each([
    ['to nothing', 'nowhere', /is a link to what is not there$/],
    ['to itself', 'home', /is a link to what is not there$/],
  ])('Given a home that is a link %s, then that', (_what, target, said) => {
    const folder = mkdtempSync(join(tmpdir(), 'agents-doctor-'));
    symlinkSync(target, join(folder, 'home'));
    const check = checkHome(join(folder, 'home'));
    rmSync(folder, { recursive: true });
    expect(check).toMatchObject({ status: 'fail', next: 'remove it, or set AGENTS_HOME to another folder' });
    expect(check.message).toMatch(said);
  });

  it.each([
    [0, 'fail'],
    [500 * 1024 ** 2, 'warn'],
    [5 * 1024 ** 3, 'ok'],
  ])('Given %d free bytes, then %s', (free, status) => {
    expect(checkSpace('/', free).status).toBe(status);
  });

  it.runIf(CAN_WATCH).each([
    ['ENOSPC', 'warn', /^every checkpoint .* \(fs\.inotify\.max_user_watches\)$/, /^sudo sysctl fs\.inotify/],
    [
      'EIO',
      'warn',
      /^every checkpoint looks at all files: the system refused to watch \(EIO\)$/,
      /^nothing: /,
    ],
    [null, 'ok', /^the system tells .* at most \d+ watches, \d+ programs$/, null],
  ])('Given a watch fails with %s, then %s', (code, status, message, next) => {
    const check = checkWatches(tmpdir(), [], {
      platform: 'linux',
      tryWatches: () => {
        if (code !== null) throw Object.assign(new Error(code), { code });
      },
    });
    expect(check).toMatchObject({ status, message: expect.stringMatching(message) as string });
    if (next) expect(check.next).toMatch(next);
    else expect(check.next).toBeNull();
  });

  it('Given another system than Linux, then all is well, only slower', () => {
    const check = checkWatches('/', [], { platform: 'darwin', tryWatches: () => undefined });
    expect(check).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('under Linux only') as string,
    });
  });

  it('Given nothing for tests, then this process', async () => {
    await using bench = new DoctorBench();
    const source = { workspace: bench.folder, env: bench.env, home: bench.home, flags: {} };
    const [version, node] = await diagnose({ version: '1.2.3', source });
    expect(version?.message).toBe('agents 1.2.3');
    expect(node?.message).toBe(`Node ${process.versions.node}`);
  });
});
