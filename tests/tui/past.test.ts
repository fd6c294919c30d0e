import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import { StorageError } from '../../src/domain/errors.ts';
import type { FakePlan } from '../support/fake-plan.ts';
import { OpenPlan } from '../support/open-plan.ts';

/** T1 is done at checkpoint 2; now T2 is, too, and T3 runs. */
function story(plan: FakePlan): void {
  plan.files.keep('one', { 'a.md': 'old\n', 'gone.md': 'x\n' }).keep('two', {
    'a.md': 'new\n',
    'b\u001B.md': 'b\n',
    sub: { type: 'directory', mode: 0o755 },
    'sub/link': { type: 'symlink', target: '../a.md' },
    pipe: { type: 'special', mode: 0o600, kind: 'fifo' },
    node_modules: { type: 'excluded', reason: 'rule', was: 'directory' },
    'huge.bin': { type: 'excluded', reason: 'file_limit', was: 'file' },
  });
  plan.created('demo', ['T1', 'T2', 'T3']).runs().begins('T1');
  plan.checkpointed('on_tool_write', { tree_hash: 'one', files_changed: 0 });
  plan.time.advance(60_000);
  plan.ends('T1');
  plan.checkpointed('on_tool_write_complete', {
    tree_hash: 'two',
    files_changed: 4,
    capture: { status: 'partial', reason: 'too large', paths: ['huge.bin'] },
  });
  plan.time.advance(60_000);
  plan.begins('T2').ends('T2').begins('T3').checkpointed('manual');
}

describe('the plan as it was at a checkpoint', () => {
  it('Given one is gone to, then plan and detail are as of then, and a band says so until v, Esc or the end', async () => {
    await using open = new OpenPlan({ history: story });
    await open.settle();
    expect(await open.settle()).toMatch(/✓ T2/);
    await open.type('2jj');
    const then = await open.settle();
    expect(then).toContain('1 Plan as of checkpoint 1');
    expect(then).toContain('as it was at checkpoint 1');
    expect(then).toContain('the plan goes on; v or Esc shows now');
    expect(then).toMatch(/◐ T1/);
    expect(then).toMatch(/· T2/);
    expect(await open.type('v')).toMatch(/✓ T2/);
    await open.type(',');
    expect(await open.settle()).toContain('1 Plan as of checkpoint 2');
    expect(await open.press('\u001B')).not.toContain('as of checkpoint');
    await open.type(',..');
    expect(await open.settle()).toContain('shown as it is now');
  });

  it('Given the files of a checkpoint have been read, then what came, changed and went stands beside it', async () => {
    await using open = new OpenPlan({
      history: (plan) => {
        story(plan);
        const [first] = plan.events.flatMap(({ type, payload }) =>
          type === 'checkpoint.created' ? [(payload as { checkpoint: Checkpoint }).checkpoint.id] : [],
        );
        plan.checkpointed('interval', { tree_hash: 'two', files_changed: 7, parent_id: first ?? null });
      },
    });
    await open.settle();
    await open.type('2');
    expect(await open.settle()).toMatch(/interval .*\+5 ~1 -1/);
    expect(open.plan.files.reads.filter((read) => read === 'changes one two')).toHaveLength(1);
    expect(await open.settle()).toMatch(/after write .*±4 files/);
  });

  it('Given new ones come, then the list goes with them only as long as it says so', async () => {
    await using open = new OpenPlan({ history: story });
    await open.settle();
    expect(await open.type('2')).toMatch(/2 Checkpoints ━+ follow ● · 3 kept ━/);
    open.plan.checkpointed('manual', { bytes: 2_100_000 });
    expect(await open.pass(100)).toMatch(/▌ {3}4 .*by hand/);
    expect(await open.type('j')).toMatch(/━ 1 newer \(v\) · 4 kept · 2\.1 MB ━/);
    open.plan.checkpointed('interval');
    expect(await open.pass(100)).toMatch(/━ 2 newer \(v\) · 5 kept/);
    await open.type('i');
    expect(await open.type('i')).toContain('1 of 1 · filter: after write (Esc shows all)');
    expect(await open.type('\u001B[F')).toMatch(/follow ● · 5 kept/);
  });

  it('Given it is looked around there, then it stays then, while the plan goes on', async () => {
    await using open = new OpenPlan({ history: story });
    await open.settle();
    await open.type('2j');
    await open.settle();
    await open.type('1g');
    open.plan.ends('T3');
    const text = await open.pass(100);
    expect(text).toContain('1 Plan as of checkpoint 2');
    expect(text).toMatch(/· T3/);
    expect(text).toContain('◐ EXECUTE  viewing ckpt 2');
    expect(await open.press('\u001B')).toMatch(/✓ T3/);
  });

  it('Given it can not be read, then the plan is shown as it is', async () => {
    await using open = new OpenPlan({ history: story });
    await open.settle();
    open.plan.snapshotFault = new StorageError('gone', 'a part is missing');
    await open.type('2j');
    expect(await open.settle()).not.toContain('as of checkpoint');
  });
});

describe('the files of a checkpoint', () => {
  it('Given Files, then each path has its type, mode, size, or why it is not held', async () => {
    await using open = new OpenPlan({ history: story, columns: 140, rows: 50 });
    await open.settle();
    await open.type('2j[');
    await open.terminal.until((shown) => shown.includes('2 files, 6 B'));
    const text = await open.settle();
    expect(text).toContain('2 files, 6 B  partial: too large');
    expect(text).toContain('0644       4 B  a.md');
    expect(text).toContain('b\\x1b.md');
    expect(text).toContain('0755            sub/');
    expect(text).toContain('sub/link -> ../a.md');
    expect(text).toContain('pipe  FIFO');
    expect(text).toContain('node_modules/  not held: a rule leaves it out');
    expect(text).toContain('±4 files');
    expect(text).toContain('! partial');
    expect(open.plan.files.reads).toEqual(['list two']);
  });

  it('Given a checkpoint without files, or none, then that is said', async () => {
    await using open = new OpenPlan({ history: story });
    await open.settle();
    await open.type('2[');
    expect(await open.settle()).toContain('no files were captured here');
    await open.type('1g');
    expect(await open.settle()).toContain('Select a checkpoint (2), or a step');
  });

  it('Given they can not be read, then why is told in their place', async () => {
    await using open = new OpenPlan({ history: story });
    await open.settle();
    open.plan.files.fault = new StorageError('tree_missing', 'the tree is gone');
    await open.type('2j[');
    expect(await open.settle()).toContain("the files of checkpoint 2 can't be read: the tree is gone");
    await open.type(']]');
    expect(await open.settle()).toContain("files: can't be read: the tree is gone");
  });

  it('Given Diff, then the patches against the checkpoint before; with d against now', async () => {
    await using open = new OpenPlan({ history: story, columns: 140, rows: 60 });
    await open.settle();
    await open.type('2j]');
    const text = await open.settle();
    expect(text).toContain('A ckpt 1 · B ckpt 2');
    await open.terminal.until((shown) => shown.includes('files: +6 ~1 -1'));
    const patches = await open.settle();
    expect(patches).toContain('~ a.md  +1 -1');
    expect(patches).toContain('- old');
    expect(patches).toContain('+ new');
    const before = open.plan.files.state('new\n');
    open.plan.rollbacks.now = [{ path: 'a.md', before, after: open.plan.files.state('newest\n') }];
    await open.type('d');
    await open.terminal.until((shown) => shown.includes('+ newest'));
    expect(open.plan.asked).toEqual(['diff 2 now']);
    open.plan.rollbacks.now = null;
    await open.type('d');
    await open.pass(10);
    await open.type('d');
    await open.terminal.until((shown) => shown.includes('files: not captured in both'));
  });

  it('Given very many changed paths, then those without lines are named', async () => {
    const names = Array.from({ length: 250 }, (_, index) => [`f${String(index).padStart(3, '0')}`, 'x\n']);
    await using open = new OpenPlan({
      history: (plan) => {
        story(plan);
        plan.files.keep('one', {}).keep('two', Object.fromEntries(names) as Record<string, string>);
      },
    });
    await open.settle();
    await open.type('2j]3');
    await open.terminal.until((shown) => shown.includes('files: +250'));
    await open.type('G');
    const text = await open.settle();
    expect(text).toContain('+ f249');
    expect(await open.type('/50 more\r')).toContain('50 more paths, without their lines');
  });
});

describe('a hundred thousand files', () => {
  it('Given Files, then all of them can be gone through, and the last one is a key away', async () => {
    const state = { type: 'file', mode: 0o644, size: 3, hash: 'f' } as const;
    const names = Array.from({ length: 100_000 }, (_, index) => [`src/f${index}.ts`, state] as const);
    await using open = new OpenPlan({
      history: (plan) => {
        story(plan);
        plan.files.keep('two', Object.fromEntries(names));
      },
    });
    await open.settle();
    await open.type('2j[3');
    await open.terminal.until((shown) => shown.includes('of 100003 lines'));
    expect(await open.type('G')).toContain('src/f99999.ts');
    expect(await open.type('k')).toContain('100002 of 100003 lines');
    expect(await open.type('/f54321\r')).toContain('1 of 1 found');
  });
});
