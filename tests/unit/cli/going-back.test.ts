import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CliIo, SignalName } from '../../../src/cli/cli-io.ts';
import { filesDiffText, stateDiffText } from '../../../src/cli/diff-text.ts';
import { readPatches } from '../../../src/cli/file-patches.ts';
import { heldFilesText, heldFileToJson } from '../../../src/cli/held-files.ts';
import { untilStopped, workLong } from '../../../src/cli/long-work.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { readWorkspacePath, typedPath } from '../../../src/cli/path-option.ts';
import { previewToJson, resultToJson } from '../../../src/cli/rollback-shapes.ts';
import { goingBackLines } from '../../../src/cli/rollback-text.ts';
import type { Session } from '../../../src/cli/session.ts';
import { findUses } from '../../../src/cli/verify-objects.ts';
import { WorkspaceError } from '../../../src/domain/errors.ts';
import type { FileState } from '../../../src/domain/file-state.ts';
import type { RollbackPreview, RollbackResult } from '../../../src/ports/rollback-control.ts';

const file = (hash: string, mode = 0o644): FileState => ({ type: 'file', mode, size: 3, hash });
const folder = { type: 'directory', mode: 0o755 } as const;
const plain = (_tone: string, text: string): string => text;
const PLAN = '01JD7K3V000000000000000001';

const preview = (more: Partial<RollbackPreview> = {}): RollbackPreview => ({
  planId: PLAN,
  workspace: '/w',
  target: { checkpointId: 'C', number: 3, seq: 9, tree: 't' },
  scope: 'plan_and_files',
  actions: [],
  conflicts: [],
  excluded: [],
  damaged: [],
  notUndone: [],
  impact: { decisions: 0, steps: 0, tool_calls: 0, child_plans: 0 },
  heads: [],
  isNothing: false,
  ...more,
});

const lines = (one: RollbackPreview, left: RollbackResult['left'] = [], most = 20): string =>
  goingBackLines(one, left, { paint: plain, most }).join('\n');

describe('what a rollback says', () => {
  it('Given everything that stays, then a line for each, with why', () => {
    const said = lines(
      preview({
        excluded: [{ path: 'node_modules', reason: 'rule' }],
        damaged: ['lost'],
        heads: [{ path: '.git', before: 'a'.repeat(40), after: 'main 123' }],
        notUndone: [{ step_id: 'push', what: 'git push\u001B[2J' }],
        impact: { decisions: 1, steps: 2, tool_calls: 3, child_plans: 1 },
      }),
      [{ path: 'busy', reason: 'changed meanwhile' }],
    );
    expect(said.split('\n')).toEqual([
      '  plan   2 steps, 1 decision, 3 calls, 1 subplan as they were then',
      '  files  none',
      '  left   busy: changed meanwhile',
      '  left   node_modules: a rule leaves it out',
      '  damaged lost: its stored content is missing or damaged',
      "  HEAD   .git: is at main 123, was at aaaaaaaa; files go back, HEAD doesn't",
      "  stays  step push: git push\\x1b[2J (can't be undone)",
    ]);
  });

  it('Given more paths than are shown, then how many more', () => {
    const actions = ['a', 'b', 'c'].map((path) => ({ path, from: null, to: file('1') }));
    expect(lines(preview({ actions }), [], 2)).toContain('    + b\n  and 1 more');
  });

  it('Given folders that are only opened, and paths that were left, then they do not count', () => {
    const actions = [
      { path: 'open', from: folder, to: folder },
      { path: 'busy', from: file('1'), to: null },
      { path: 'type', from: file('1'), to: folder },
    ];
    expect(lines(preview({ actions, scope: 'files_only' }), [{ path: 'busy', reason: 'changed' }])).toBe(
      '  files  1 retyped\n    ! type  (retyped)\n  left   busy: changed',
    );
  });

  it.each([
    ['both', 'both   x: somebody else changed it, and it was replaced'],
    ['keep', 'kept   x: somebody else changed it; --on-conflict take replaces it'],
  ] as const)('Given a conflict with %s between two checkpoints, then its line', (resolution, line) => {
    const conflicts = [{ path: 'x', resolution, mine: null, theirs: folder }];
    const target = { checkpointId: null, number: null, seq: 1, tree: null };
    expect(lines(preview({ conflicts, target, scope: 'files_only' }))).toContain(line);
  });

  it('Given names that are no UTF-8, then JSON has their bytes too', () => {
    const path = 'caf\u00E9';
    const json = resultToJson({
      ...preview({
        actions: [{ path, from: null, to: file('1') }],
        excluded: [{ path, reason: 'special' }],
        damaged: [path],
        heads: [{ path, before: 'a', after: 'b' }],
        notUndone: [{ step_id: 's', what: 'w' }],
        conflicts: [{ path, resolution: 'both', mine: null, theirs: null, savedAs: 'c.mine' }],
      }),
      preRollback: null,
      rollback: null,
      left: [{ path: 'x', reason: 'r' }],
      standing: { plan_id: PLAN, phase: 'execute', state: 'queued' },
      checkpoints: 2,
    });
    const named = { path: 'caf\uFFFD', path_base64: btoa(path) };
    expect(json).toMatchObject({
      changes_reverted: [{ ...named, action: 'created' }],
      excluded: [{ ...named, reason: 'special' }],
      damaged: [named],
      heads: [{ ...named, before: 'a', after: 'b' }],
      conflicts: [{ ...named, resolution: 'both', saved_as: 'c.mine' }],
      left: [{ path: 'x', reason: 'r' }],
    });
    expect(previewToJson(preview(), null)).toMatchObject({ post_rollback_state: null });
  });
});

describe('paths', () => {
  it.each([
    ['a/b', 'a/b'],
    ['./a/', 'a'],
    ['/w/a', 'a'],
    ['.', ''],
    ['..a', '..a'],
    ['é', '\u00C3\u00A9'],
  ])('Given %j in /w, then %j', (typed, path) => {
    expect(readWorkspacePath(typed, '/w')).toBe(path);
  });

  it.each([['..'], ['../a'], ['/wx/a'], ['']])('Given %j, then it is refused', (typed) => {
    expect(() => readWorkspacePath(typed, '/w')).toThrow(/--path needs a path/);
  });

  it.each([
    ['a/b.txt', 'a/b.txt'],
    ['a b', "'a b'"],
    ["it's", String.raw`'it'\''s'`],
    ['-a', "'./-a'"],
  ])('Given %j, then a shell takes %j as one word', (path, typed) => {
    expect(typedPath(path)).toBe(typed);
  });
});

describe('diffs and lists', () => {
  it('Given changes of every kind, then a row for each', () => {
    const said = stateDiffText(
      [
        {
          section: 'steps',
          key: 'a',
          change: 'changed',
          before: { status: 'x', n: 1 },
          after: { status: 'y', n: 1 },
        },
        { section: 'outputs', key: 'b', change: 'added', before: null, after: 'v' },
        { section: 'steps', key: 'c', change: 'removed', before: { name: 'n', status: 's' }, after: null },
        { section: 'context', key: 'd', change: 'added', before: null, after: { k: [1] } },
        { section: 'context', key: 'e', change: 'changed', before: { gone: 1 }, after: { come: 2 } },
      ],
      plain,
    );
    expect(said.split('\n')).toEqual([
      'State (5)',
      '~  steps a    status: x -> y',
      '+  outputs b  v',
      '-  steps c    n  s',
      '+  context d  {"k":[1]}',
      '~  context e  gone: 1 -> null, come: null -> 2',
    ]);
  });

  it('Given patches, then every line is printable', async () => {
    const contents: Record<string, string> = { 'sha256:1': 'a\n', 'sha256:2': 'b\u001B[2J\n' };
    const blobs = { get: async (ref: string) => await Promise.resolve(Buffer.from(contents[ref] ?? '')) };
    const files = await readPatches(blobs, [{ path: 'x', before: file('1'), after: file('2') }]);
    expect(filesDiffText(files, plain)).toMatch(/@@ -1,1 \+1,1 @@\n-a\n\+b\\x1b\[2J$/);
  });

  it('Given every kind of path, then a row for each, and JSON', () => {
    const files = [
      { path: 'd', state: folder },
      { path: 'f', state: file('1') },
      { path: 'l', state: { type: 'symlink', target: '/t' } as const },
      { path: 'p', state: { type: 'special', mode: 0o600, kind: 'fifo' } as const },
      { path: 'x', state: { type: 'excluded', reason: 'rule', was: 'directory' } as const },
    ];
    expect(heldFilesText(files).split('\n')).toEqual([
      '0755             d/',
      '0644        3 B  f',
      '                 l -> /t',
      '0600             p  (FIFO)',
      '                 x  (not held: a rule leaves it out)',
    ]);
    expect(files.map(heldFileToJson)).toMatchObject([
      { type: 'directory', mode: '0755', size: null },
      { type: 'file', hash: '1', size: 3 },
      { target: '/t', mode: null },
      { type: 'special' },
      { excluded: 'rule' },
    ]);
  });

  it('Given a tree with a hole, then the whole checkpoint is in question', async () => {
    const held = new Map([['t', [{ plan_id: PLAN, number: 2 }]]]);
    const files = { list: async () => await Promise.reject(new Error('hole')) };
    const faults = [
      { hash: 't', kind: 'tree', damaged: true },
      { hash: 'c', kind: 'content', damaged: false },
    ] as const;
    expect((await findUses(files, held, faults)).map(({ uses }) => uses)).toEqual([
      [{ plan_id: PLAN, number: 2, path: '' }],
      [],
    ]);
  });
});

/** A session with a clock by hand; signals by `send`. */
function workbench(isTTY: boolean, quiet = false) {
  const handlers = new Map<SignalName, () => void>();
  const state = { now: 0, text: '', wake: () => undefined as void };
  const sink = { write: (text: string) => void (state.text += text), isTTY, columns: 20, closed: false };
  const io = {
    stdout: sink,
    stderr: sink,
    env: {},
    onSignal: (name: SignalName, handler: () => void) => {
      handlers.set(name, handler);
      return () => void handlers.delete(name);
    },
  } as unknown as CliIo;
  const clock = {
    now: () => state.now,
    elapsed: () => state.now,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        state.wake = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
  const output = createOutput(io, { quiet, noColor: true });
  const session = { io, clock, output, options: { quiet } } as unknown as Session;
  return { session, state, send: (name: SignalName) => handlers.get(name)?.(), handlers };
}

describe('long work', () => {
  it('Given a terminal, then after half a second one line that changes, and goes', async () => {
    const { session, state } = workbench(true);
    await workLong(session, async ({ onProgress }) => {
      onProgress('first');
      expect(state.text).toBe('');
      state.now = 600;
      state.wake();
      await tick();
      onProgress('second, and longer than a line');
    });
    expect(state.text).toBe('\r\u001B[2Kfirst\r\u001B[2Ksecond, and longer \r\u001B[2K');
  });

  it('Given no terminal, then a line now and then; with --quiet none', async () => {
    for (const [quiet, said] of [
      [false, 'b\nd\n'],
      [true, ''],
    ] as const) {
      const { session, state } = workbench(false, quiet);
      await workLong(session, async ({ onProgress }) => {
        await tick();
        for (const [at, word] of [
          [0, 'a'],
          [600, 'b'],
          [700, 'c'],
          [6000, 'd'],
        ] as const) {
          state.now = at;
          onProgress(word);
        }
      });
      expect(state.text).toBe(said);
    }
  });

  it.each([
    ['nothing of its own', (signal: AbortSignal) => signal.reason as Error, 'interrupted'],
    ['what broke', () => new WorkspaceError('disk', 'full'), 'disk'],
  ] as const)(
    'Given Ctrl-C, when the work throws %s, then exit 130 and that',
    async (_what, thrown, code) => {
      const { session, send, handlers } = workbench(false);
      const result = await untilStopped(() =>
        workLong(session, async ({ signal }) => {
          send('SIGINT');
          await tick();
          throw thrown(signal);
        }),
      );
      expect([result.exitCode, result.error?.code, handlers.size]).toEqual([130, code, 0]);
    },
  );

  it('Given no signal, then what it throws is thrown', async () => {
    const { session } = workbench(false);
    const failing = untilStopped(() => workLong(session, () => Promise.reject(new Error('bug'))));
    await expect(failing).rejects.toThrow('bug');
  });
});
