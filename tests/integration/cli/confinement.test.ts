import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { EARLY, has, ran } from '../../support/notes-plan.ts';
import { seeFolder } from '../../support/workspace-bench.ts';

/** A neighbour of the project's folder, which nothing that is brought back may reach. */
class NeighbourBench extends CliBench {
  readonly outside = join(this.root, 'outside');

  constructor() {
    super();
    mkdirSync(this.outside);
    writeFileSync(join(this.outside, 'b.txt'), 'new\n');
  }

  /** The folder in the project is moved away, and a link to the neighbour takes its name. */
  exchange(folder: string): void {
    renameSync(join(this.folder, folder), join(this.folder, `${folder}-was`));
    symlinkSync('../outside', join(this.folder, folder));
  }

  expectUntouched(): void {
    expect(readdirSync(this.outside)).toEqual(['b.txt']);
    expect(readFileSync(join(this.outside, 'b.txt'), 'utf8')).toBe('new\n');
  }
}

describe('what is brought back stays in the folder', () => {
  it.each(['keep', 'take', 'both'])(
    'Given a folder that became a link to outside, When all goes back (%s), Then nothing outside changes',
    async (answer) => {
      await using bench = new NeighbourBench();
      await ran(bench);
      bench.exchange('sub');
      const { code } = await bench.run('plan', 'rollback', 'last', EARLY, '--yes', '--on-conflict', answer);
      expect([0, 5, 6]).toContain(code);
      expect(bench.read('a.txt')).toBe('one\n');
      bench.expectUntouched();
    },
  );

  it('Given a file that is another name of one outside, When it goes back, Then the one outside stays', async () => {
    await using bench = new NeighbourBench();
    bench.write(
      'x.plan.yaml',
      `name: x
steps:
  - { id: one, run: 'echo one > a.txt' }
  - { id: two, run: 'rm a.txt; ln ../outside/b.txt a.txt', needs: [one] }
`,
    );
    await bench.run('plan', 'run', 'x.plan.yaml', '--quiet');
    expect((await bench.run('plan', 'rollback', 'last', EARLY, '--yes')).code).toBe(0);
    expect(bench.read('a.txt')).toBe('one\n');
    bench.expectUntouched();
    expect((await bench.run('plan', 'undo', 'last', '--yes')).code).toBe(0);
    expect(bench.read('a.txt')).toBe('new\n');
    writeFileSync(join(bench.folder, 'a.txt'), 'other\n');
    bench.expectUntouched();
  });

  it('Given pipes, When a plan runs there, is compared, forked and rolled back, Then nobody waits for them', async () => {
    await using bench = new NeighbourBench();
    execFileSync('mkfifo', [join(bench.folder, 'pipe')]);
    await ran(bench);
    execFileSync('mkfifo', [join(bench.folder, 'k.txt')]);
    expect((await bench.run('plan', 'diff', 'last', '1', '2')).code).toBe(0);
    expect((await bench.run('plan', 'fork', 'last', EARLY, '--into', 'forked')).code).toBe(0);
    expect([0, 5]).toContain((await bench.run('plan', 'rollback', 'last', EARLY, '--yes')).code);
    expect(bench.read('a.txt')).toBe('one\n');
  });

  it.each(['../outside/b.txt', '..', '/etc/passwd', 'sub/../../outside', ''])(
    'Given --path %j, Then it is refused, and nothing changes',
    async (path) => {
      await using bench = new NeighbourBench();
      await ran(bench);
      for (const command of [
        ['plan', 'rollback', 'last', EARLY, '--yes'],
        ['plan', 'diff', 'last', '1', '2'],
        ['plan', 'checkpoint', 'show', 'last', EARLY, '--files'],
      ]) {
        const { code, err } = await bench.run(...command, '--path', path);
        expect([command[1], code], err).toEqual([command[1], 2]);
      }
      expect(bench.read('a.txt')).toBe('two short\n');
      bench.expectUntouched();
    },
  );

  it('Given words that hold a NUL, Then none is taken for less than it is, and nothing changes', async () => {
    await using bench = new NeighbourBench();
    await ran(bench);
    const before = seeFolder(bench.folder);
    for (const words of [
      ['plan', 'rollback', 'last', EARLY, '--yes', '--path', 'a.txt\0.old'],
      ['plan', 'diff', 'last', '1', '2', '--path', 'a.txt\0'],
      ['plan', 'checkpoint', 'show', 'last', EARLY, '--files', '--path', '\0'],
      ['plan', 'checkpoint', 'label', 'last', EARLY, 'a\0b'],
      ['plan', 'checkpoint', 'export', 'last', 'taken\0'],
      ['plan', 'checkpoint', 'import', 'taken\0'],
      ['plan', 'fork', 'last', EARLY, '--into', 'forked\0'],
      ['plan', 'run', 'notes.plan.yaml\0'],
      ['plan', 'list', '-C', '..\0'],
      ['plan', 'show', 'last\0'],
      ['config', 'set', 'ui.glyphs\0', 'ascii'],
      ['doctor\0'],
    ]) {
      const { code, err } = await bench.run(...words);
      expect([words.join(' '), code], err).toEqual([words.join(' '), 2]);
      expect(err).toContain('holds a NUL character');
    }
    expect(seeFolder(bench.folder)).toEqual(before);
    bench.expectUntouched();
  });

  it('Given a link to a folder that holds something, When a fork is laid out there, Then it is refused', async () => {
    await using bench = new NeighbourBench();
    await ran(bench);
    symlinkSync('../outside', join(bench.folder, 'there'));
    for (const into of ['there', '../outside', join(bench.home, 'agents'), '.'])
      expect((await bench.run('plan', 'fork', 'last', EARLY, '--into', into)).code, into).not.toBe(0);
    bench.expectUntouched();
  });

  it('Given a copy that a plan worked in, When a folder has become a link since, Then applying leaves outside alone', async () => {
    await using bench = new NeighbourBench();
    bench.write('sub.txt', '');
    mkdirSync(join(bench.folder, 'sub'));
    bench.write('sub/b.txt', 'old\n');
    const yaml = `name: x\nsteps:\n  - { id: one, run: 'echo changed > sub/b.txt; echo x > sub/x.txt; echo y > y.txt' }\n`;
    bench.write('x.plan.yaml', yaml);
    const { data } = await bench.json('plan', 'run', 'x.plan.yaml', '--sandbox');
    bench.exchange('sub');
    const { code, err } = await bench.run('plan', 'apply', data.plan_id as string, '--yes');
    expect([0, 5, 6], err).toContain(code);
    bench.expectUntouched();
    expect(has(bench, 'sub-was/x.txt')).toBe(false);
  });

  it('Given a file that is another name of one outside, When a copy of it is written to and applied, Then the one outside stays', async () => {
    await using bench = new NeighbourBench();
    linkSync(join(bench.outside, 'b.txt'), join(bench.folder, 'a.txt'));
    bench.write(
      'x.plan.yaml',
      `name: x\nsteps:\n  - { id: one, run: 'echo more >> a.txt; chmod 600 a.txt' }\n`,
    );
    const { data } = await bench.json('plan', 'run', 'x.plan.yaml', '--sandbox');
    bench.expectUntouched();
    expect((await bench.run('plan', 'apply', data.plan_id as string, '--yes')).code).toBe(0);
    expect(bench.read('a.txt')).toBe('new\nmore\n');
    bench.expectUntouched();
    expect(statSync(join(bench.outside, 'b.txt')).mode & 0o777).toBe(0o644);
  });
});
