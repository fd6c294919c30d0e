import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { EARLY, GATED, lose, ran } from '../../support/notes-plan.ts';
import { richBench } from '../../support/rich-plan.ts';

describe('agents plan checkpoint', () => {
  it('Given --files, then it lists what stood there', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json(
      'plan',
      'checkpoint',
      'show',
      'last',
      EARLY,
      '--files',
      '--path',
      'a.txt',
    );
    expect(data.files).toMatchObject([
      { path: 'a.txt', type: 'file', mode: '0644', size: 4, excluded: null },
    ]);
    const { out } = await bench.run('plan', 'checkpoint', 'show', 'last', 'last', '--files');
    expect(out).toMatch(/^0755 +sub\/$/m);
    expect(out).toMatch(/^0644 +4 B {2}sub\/b\.txt$/m);
    expect((await bench.run('plan', 'checkpoint', 'show', 'last', '2', '--path', 'sub')).code).toBe(2);
    expect(
      (await bench.run('plan', 'checkpoint', 'show', 'last', '2', '--files', '--path', 'no')).out,
    ).toMatch(/nothing stands there/);
  });

  it('Given delete, then it asks, keeps what is needed, and takes the rest away', async () => {
    await using bench = await ran(new CliBench());
    const remove = ['plan', 'checkpoint', 'delete', 'last'];
    expect((await bench.run(...remove, '3')).code).toBe(5);
    const run = bench.start([...remove, '3'], { tty: true });
    await run.says(/\[y\/N\] $/);
    run.stdin.write('y\n');
    expect(await run.code).toBe(0);
    expect((await bench.json(...remove, '3', '--yes')).error?.code).toBe('checkpoint_not_found');
    expect((await bench.json(...remove, '4', '--yes')).error?.code).toBe('checkpoint_last');
    expect((await bench.json(...remove, '2', '--yes')).data.checkpoint.number).toBe(2);
  });

  it('Given a yes on the terminal, then it is deleted', async () => {
    await using bench = await ran(new CliBench());
    const run = bench.start(['plan', 'checkpoint', 'delete', 'last', '2'], { tty: true });
    await run.says(/\[y\/N\] $/);
    run.stdin.write('y\n');
    expect([await run.code, run.out.text]).toEqual([0, expect.stringMatching(/^deleted /)]);
  });

  it('Given a plan that runs, then nothing is deleted', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at-two');
    const { error } = await bench.json('plan', 'checkpoint', 'delete', 'last', '1', '--yes');
    expect(error?.code).toBe('plan_held');
  });

  it('Given a plan with subplans, then they go with it', async () => {
    await using bench = await richBench();
    const { out } = await bench.run('plan', 'checkpoint', 'export', 'last', '../rich.agents');
    expect(out).toContain('the plan and 2 subplans');
  });

  it('Given export, then another home imports the plan whole, once', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'checkpoint', 'export', 'last', '../notes.agents');
    expect(data).toMatchObject({ name: 'notes', checkpoints: 4, file: join(bench.root, 'notes.agents') });
    expect((await bench.json('plan', 'checkpoint', 'export', 'last', '../notes.agents')).error?.code).toBe(
      'file_exists',
    );
    bench.env['AGENTS_HOME'] = join(bench.home, 'other');
    const said = await bench.run('plan', 'checkpoint', 'import', '../notes.agents');
    expect([said.code, said.out]).toEqual([0, expect.stringMatching(/^imported notes .*4 checkpoints/)]);
    expect((await bench.run('storage', 'verify')).code).toBe(0);
    expect((await bench.run('plan', 'rollback', 'last', EARLY, '--yes')).code).toBe(0);
    expect((await bench.json('plan', 'checkpoint', 'import', '../notes.agents')).error?.code).toBe(
      'plan_exists',
    );
  });
});

describe('agents storage', () => {
  it('Given all is well, then verify and du say so, and gc frees what nobody needs', async () => {
    await using bench = await ran(new CliBench());
    expect((await bench.run('storage', 'verify')).out).toBe(
      'all is well: every history and state, and 4 checkpoints with files\n',
    );
    expect((await bench.run('storage', 'du')).out).toMatch(/agents\.db[^]*Plans \(1\)/);
    expect((await bench.json('storage', 'du')).data.contents.count).toBeGreaterThan(0);
    expect((await bench.run('storage', 'gc')).out).toBe('nothing to do: all that is stored is needed\n');
    await bench.run('plan', 'delete', 'last', '--yes');
    expect((await bench.run('storage', 'du')).out).toMatch(/agents\.db +\S+ \S+ of it free/);
    const later = Date.now() + 3_600_000;
    bench.clock = { now: () => later, elapsed: () => 0, sleep: async () => await Promise.resolve() };
    const dry = await bench.run('storage', 'gc', '--dry-run');
    expect(dry.out).toMatch(/^would free .*\nnothing was deleted: --dry-run\n$/);
    expect((await bench.run('storage', 'gc')).out).toMatch(/^freed .* contents, \d+ folders/);
    expect((await bench.json('storage', 'gc')).data).toMatchObject({ dry_run: false, contents: 0 });
  });

  it('Given a content that is gone, then verify names its path and checkpoints, exit 7', async () => {
    await using bench = await ran(new CliBench());
    await lose(bench, 'k.txt');
    const { data, exit_code } = await bench.json('storage', 'verify');
    expect([exit_code, data.objects]).toEqual([
      7,
      [expect.objectContaining({ kind: 'content', damaged: false, uses: expect.any(Array) })],
    ]);
    expect(data.objects[0].uses).toMatchObject([{ checkpoint: 2, path: 'k.txt' }, { checkpoint: 3 }]);
    const { out } = await bench.run('storage', 'verify');
    expect(out).toMatch(/missing +content [0-9a-f]{12}\n {2}k\.txt in checkpoint 2 of plan/);
  });

  it('Given folders and a history that are damaged, then verify says of each where it is needed', async () => {
    await using bench = await ran(new CliBench());
    for (const name of ['b', 'c', 'd', 'e']) {
      await bench.run('plan', 'checkpoint', 'create', 'last', '--label', name);
    }
    const store = new Database(join(bench.home, 'agents', 'objects.db'));
    store.exec("update trees set entries = x'00'");
    store.close();
    const journal = new Database(join(bench.home, 'agents', 'agents.db'));
    journal.exec("update plan_events set at = '2020' where seq = 3");
    journal.close();
    const { code, out } = await bench.run('storage', 'verify');
    expect(code).toBe(7);
    expect(out).toMatch(/history +plan \w{8}, event 3: /);
    expect(out).toMatch(/damaged +tree [0-9a-f]{12}\n {2}the folder itself in checkpoint/);
    expect(out).toMatch(/^ {2}and \d+ more$/m);
    expect((await bench.json('storage', 'verify')).data.journals).toMatchObject([{ seq: 3 }]);
  });

  it('Given a state that is damaged, then verify names its checkpoint', async () => {
    await using bench = await ran(new CliBench());
    const journal = new Database(join(bench.home, 'agents', 'agents.db'));
    journal.exec('update checkpoints set state_hash = zeroblob(32) where number = 2');
    journal.close();
    const { data, exit_code } = await bench.json('storage', 'verify');
    expect([exit_code, data.states]).toEqual([7, [expect.objectContaining({ checkpoint: 2 })]]);
    expect((await bench.run('storage', 'verify')).out).toMatch(
      /state +checkpoint 2 of plan \w+: .*does not match/,
    );
  });

  it('Given a page of the database that is damaged, then verify says so, and gc deletes nothing', async () => {
    await using bench = await ran(new CliBench());
    const file = join(bench.home, 'agents', 'agents.db');
    const journal = new Database(file);
    const root = journal
      .prepare("select rootpage from sqlite_schema where name = 'checkpoints'")
      .pluck()
      .get() as number;
    const size = journal.pragma('page_size', { simple: true }) as number;
    journal.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, (root - 1) * size, root * size));
    const { data, exit_code } = await bench.json('storage', 'verify');
    expect([exit_code, data.databases[0]]).toEqual([7, { name: 'agents.db', what: expect.any(String) }]);
    expect((await bench.run('storage', 'verify')).out).toMatch(/^damaged +agents\.db: /);
    const later = Date.now() + 3_600_000;
    bench.clock = { now: () => later, elapsed: () => 0, sleep: async () => await Promise.resolve() };
    expect((await bench.json('storage', 'gc')).error?.code).toBe('database_damaged');
  });

  it('Given a row that is no JSON any more, then that is said', async () => {
    await using bench = await ran(new CliBench());
    const journal = new Database(join(bench.home, 'agents', 'agents.db'));
    journal.exec("update plans set effective_config = '{'");
    journal.close();
    expect((await bench.run('storage', 'verify')).out).toMatch(/^state +plan \w{8}: .*damaged/m);
    const { error, exit_code } = await bench.json('plan', 'events', 'last');
    expect([exit_code, error?.code]).toEqual([7, 'row_damaged']);
  });

  it('Given many plans, then du names the largest', async () => {
    await using bench = new CliBench();
    bench.write('small.plan.yaml', 'name: small\nsteps: [{ run: echo }]\n');
    for (let count = 0; count < 21; count += 1) await bench.run('plan', 'create', 'small.plan.yaml');
    expect((await bench.run('storage', 'du')).out).toMatch(/Plans \(21\)[^]*\n {2}and 1 more plans?\n$/);
  });

  it('Given more is stored than retention allows, then du says how much', async () => {
    await using bench = new CliBench();
    bench.write('p.plan.yaml', 'name: p\nsteps: [{ run: echo hi > hi }]\n');
    await bench.run('plan', 'run', 'p.plan.yaml');
    const du = (most: string): readonly string[] => [
      'storage',
      'du',
      '--set',
      `core.checkpoints.retention.max_bytes=${most}`,
    ];
    expect((await bench.run(...du('1B'))).out).toMatch(
      /over core.checkpoints.retention.max_bytes \(1B\): agents plan/,
    );
    expect((await bench.json(...du('1B'))).data.retention).toMatchObject({ max_bytes: 1 });
    expect((await bench.json(...du('null'))).data.retention).toMatchObject({ max_bytes: null, over: 0 });
  });

  it('Given an empty home, then there is nothing to say', async () => {
    await using bench = new CliBench();
    expect((await bench.run('storage', 'du')).code).toBe(0);
    expect((await bench.run('storage', 'verify')).out).toMatch(/all is well/);
    rmSync(join(bench.home, 'agents'), { recursive: true });
  });
});
