import { List } from 'immutable';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/domain/checkpoint.ts';
import { EMPTY_TREE } from '../../../../src/domain/plan-state.ts';
import type { Line } from '../../../../src/tui/lines/line.ts';
import { fileDifference, filesContent } from '../../../../src/tui/screens/file-content.ts';
import type { FileReader } from '../../../../src/tui/screens/file-reader.ts';
import { pastView } from '../../../../src/tui/screens/past-view.ts';
import type { LogEntry } from '../../../../src/tui/store/plan-view.ts';
import { Timeline } from '../../../../src/tui/store/timeline.ts';
import { Stage } from '../ui/ui-stage.ts';

const at = (minute: number): string => `2026-11-21T02:0${minute}:00.000Z`;
const read = (line: Line | undefined): string => (line ?? []).map(({ text }) => text).join('');

const COMPLETE: Checkpoint['capture'] = { status: 'complete', reason: null, paths: [] };
const checkpointOf = (parts: Partial<Checkpoint>): Checkpoint =>
  ({
    id: 'c1',
    number: 1,
    seq: 3,
    created_at: at(3),
    tree_hash: 'one',
    capture: COMPLETE,
    ...parts,
  }) as Checkpoint;

describe('a view as it was at a checkpoint', () => {
  const checkpoints = [1, 2, 3].map((number) => checkpointOf({ number, seq: 2 * number, id: `c${number}` }));
  const view = {
    ...Stage.begin().view(),
    checkpoints: Timeline.of(checkpoints),
    log: List([1, 2, 3, 4, 5, 6, 7].map((seq) => ({ seq }) as LogEntry)),
    phases: [
      { phase: 'strategize', startedAt: at(0), endedAt: at(1) },
      { phase: 'execute', startedAt: at(1), endedAt: at(4) },
      { phase: 'apply', startedAt: at(4), endedAt: null },
    ] as const,
  };

  it('Given what came later, then none of it is there, and what ended later goes on', () => {
    const past = pastView(view, EMPTY_TREE, checkpointOf({ seq: 4 }));
    expect([...past.checkpoints].map(({ number }) => number)).toEqual([1, 2]);
    expect(past.log.map(({ seq }) => seq).toArray()).toEqual([1, 2, 3, 4]);
    expect(past.phases).toEqual([view.phases[0], { ...view.phases[1], endedAt: null }]);
    expect(past.waiting).toEqual([]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [7, 7],
    [99, 7],
  ])('Given seq %i, then %i lines of the log are from before', (seq, count) => {
    expect(pastView(view, EMPTY_TREE, checkpointOf({ seq })).log.size).toBe(count);
  });
});

describe('the files of checkpoints', () => {
  const asked: unknown[] = [];
  const files: FileReader = {
    list: (tree) => (tree === 'one' ? { files: 1, bytes: 5, lines: [] } : { files: 2, bytes: 5, lines: [] }),
    compare: (wanted) => {
      asked.push(wanted);
      return { changes: [], patches: [] };
    },
    patch: () => undefined,
    counts: () => undefined,
  };
  const ui = { diffNow: null };
  const difference = (from: Partial<Checkpoint>, to: Partial<Checkpoint> | null): string =>
    read(fileDifference({ ui, files }, [checkpointOf(from), to && checkpointOf(to)]).summary);

  it('Given one of the two holds no files, then that is said', () => {
    expect(difference({ tree_hash: null }, {})).toBe('files: not captured in both');
    expect(difference({}, { tree_hash: null })).toBe('files: not captured in both');
  });

  it('Given both, or now, then those are compared', () => {
    expect(difference({}, { tree_hash: 'two' })).toBe('no difference in the files');
    expect(difference({}, null)).toBe('no difference in the files');
    expect(asked).toEqual([
      { before: 'one', after: 'two' },
      { since: 'c1', asked: 0 },
    ]);
  });

  it.each<[string, Partial<Checkpoint>, readonly string[]]>([
    ['all is held', {}, ['1 file, 5 B', '']],
    [
      'a part is held',
      { tree_hash: 'two', capture: { status: 'partial', reason: null, paths: ['big'] } },
      ['2 files, 5 B  partial', '  not held: big', ''],
    ],
    [
      'a part is held for a reason',
      { tree_hash: 'two', capture: { status: 'partial', reason: 'too\u0007 large', paths: [] } },
      ['2 files, 5 B  partial: too\\x07 large', ''],
    ],
    [
      'nothing is held for a reason',
      { tree_hash: null, capture: { status: 'none', reason: 'off', paths: [] } },
      ['no files were captured here: off'],
    ],
    [
      'nothing is held',
      { tree_hash: null, capture: { status: 'none', reason: null, paths: [] } },
      ['no files were captured here'],
    ],
  ])('Given %s, then that is said', (_name, parts, lines) => {
    expect(filesContent({ ui, files }, checkpointOf(parts)).map(read)).toEqual(lines);
  });
});
