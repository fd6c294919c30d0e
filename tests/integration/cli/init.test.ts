import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

const PLAN = '.agents/plans/hello.plan.yaml';
const SCHEMA = '.agents/plan.schema.json';

const actions = (data: { readonly files: readonly { readonly action: string }[] }): readonly string[] =>
  data.files.map(({ action }) => action);

describe('agents init', () => {
  it('Given an empty folder, then settings, a plan and its schema, and what to type next', async () => {
    await using bench = new CliBench();
    const { code, out, err } = await bench.run('init');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
      "created  .agentsrc                      settings, each with its default
      created  .agents/plans/hello.plan.yaml  a first plan to run and to change
      created  .agents/plan.schema.json       what an editor checks plans by

      Next:
        agents plan validate .agents/plans/hello.plan.yaml
        agents plan run .agents/plans/hello.plan.yaml -i who=you
        agents config show
      "
    `);
    expect(bench.read(PLAN)).toMatch(/^# yaml-language-server: \$schema=\.\.\/plan\.schema\.json\n/);
    expect(JSON.parse(bench.read(SCHEMA))).toHaveProperty('title', 'agents plan document');
    await using other = new CliBench();
    const before = await other.json('config', 'show');
    const { data } = await bench.json('config', 'show');
    expect(data.config).toEqual(before.data.config);
  });

  it('Given what it wrote, then every command that it names works', async () => {
    await using bench = new CliBench();
    const { data } = await bench.json('init');
    expect(data).toMatchObject({ folder: bench.folder, dry_run: false });
    for (const line of data.next_steps as readonly string[]) {
      const { code, err } = await bench.run(...line.split(' ').slice(1), '--quiet');
      expect([line, code, err]).toEqual([line, 0, '']);
    }
    expect(bench.read('hello.txt')).toBe('Hello, you!\n');
  });

  it('Given --dry-run, then nothing is written', async () => {
    await using bench = new CliBench();
    const { out } = await bench.run('init', '--dry-run');
    expect(out).toMatch(/^would be created {2}\.agentsrc /);
    expect(out).not.toContain('Next:');
    expect(existsSync(join(bench.folder, '.agents'))).toBe(false);
  });

  it('Given a file of the same name and nobody to ask, then it stays; --yes replaces it', async () => {
    await using bench = new CliBench();
    bench.write('.agentsrc', 'ui: { glyphs: ascii }\n');
    const kept = await bench.run('init');
    expect(kept.out).toMatch(/^kept +\.agentsrc +it is there already: --yes replaces it$/m);
    expect(bench.read('.agentsrc')).toBe('ui: { glyphs: ascii }\n');
    const { data } = await bench.json('init', '--yes');
    expect(actions(data)).toEqual(['replaced', 'unchanged', 'unchanged']);
    expect(bench.read('.agentsrc')).toMatch(/^# Settings of agents/);
  });

  it.each([
    ['y\n', 'replaced'],
    ['yes\n', 'replaced'],
    ['n\n', 'kept'],
    ['\n', 'kept'],
    ['', 'kept'],
  ])('Given a file of the same name and the answer %j, then it is %s', async (answer, action) => {
    await using bench = new CliBench();
    bench.write('.agentsrc', '{}\n');
    const run = bench.start(['init'], { tty: true });
    await run.says(/\.agentsrc is there already\. Replace it\? \[y\/N\] /);
    run.stdin.end(answer);
    expect(await run.code).toBe(0);
    expect(run.out.text).toMatch(new RegExp(`^${action} +\\.agentsrc `));
  });

  it('Given settings in another form, then no second file takes their place', async () => {
    await using bench = new CliBench();
    bench.write('.agentsrc.yaml', 'ui: { glyphs: ascii }\n');
    const { out } = await bench.run('init', '--yes');
    expect(out).toMatch(/^kept +\.agentsrc +the settings of this folder are in \.agentsrc\.yaml$/m);
    expect(existsSync(join(bench.folder, '.agentsrc'))).toBe(false);
  });

  it('Given a folder in the way, then exit 7 and what is wrong', async () => {
    await using bench = new CliBench();
    mkdirSync(join(bench.folder, PLAN), { recursive: true });
    const { code, err } = await bench.run('init');
    expect([code, err]).toEqual([7, expect.stringContaining('hello.plan.yaml cannot be read')]);
    await using other = new CliBench();
    symlinkSync('nowhere/at/all', join(other.folder, '.agents'));
    const blocked = await other.run('init');
    expect([blocked.code, blocked.err]).toEqual([7, expect.stringContaining('cannot be written')]);
  });

  it('Given the home folder, then it is refused before anything is written', async () => {
    await using bench = new CliBench();
    const { code, err } = await bench.run('init', '-C', bench.home);
    expect([code, err]).toEqual([2, expect.stringContaining('it is your home folder')]);
  });
});
