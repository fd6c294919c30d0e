import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/domain/checkpoint.ts';
import type { FileChange } from '../../../../src/domain/file-state.ts';
import type { CheckpointRow } from '../../../../src/tui/rows/checkpoint-row.ts';
import type { FileReader } from '../../../../src/tui/screens/file-reader.ts';
import { visibleCounts } from '../../../../src/tui/screens/visible-counts.ts';
import { Timeline } from '../../../../src/tui/store/timeline.ts';
import { countFiles, countsText } from '../../../../src/tui/words/file-counts.ts';

const FOLDER = { type: 'directory', mode: 0o755 } as const;
const FILE = { type: 'file', mode: 0o644, size: 1, hash: 'a' } as const;
const LINK = { type: 'symlink', target: 'x' } as const;

describe('the files that a checkpoint changed', () => {
  it.each<[string, FileChange['before'], FileChange['after'], string]>([
    ['a new file', null, FILE, '+1 ~0 -0'],
    ['another content', FILE, { ...FILE, hash: 'b' }, '+0 ~1 -0'],
    ['a file that went', FILE, null, '+0 ~0 -1'],
    ['a link in place of a file', FILE, LINK as FileChange['after'], '+0 ~1 -0'],
    ['a folder for a file', null, FOLDER, '0 files'],
    ['a file in place of a folder', FOLDER, FILE, '+1 ~0 -0'],
  ])('Given %s', (_name, before, after, text) => {
    expect(countsText(countFiles([{ path: 'p', before, after }] as unknown as FileChange[]))).toBe(text);
  });

  it('are read against the one before it on its branch, where both hold files', () => {
    const checkpoints = [
      [1, null, 'one'],
      [2, 'c1', 'two'],
      [3, 'c2', 'two'],
      [4, 'c3', null],
      [5, 'gone', 'two'],
      [6, 'c1', 'unread'],
      [7, 'c1', 'damaged'],
    ].map(
      ([number, parent_id, tree_hash]) => ({ id: `c${number}`, number, parent_id, tree_hash }) as Checkpoint,
    );
    const asked: unknown[] = [];
    const counts = { added: 1, changed: 0, gone: 0 };
    const files = {
      counts: (wanted: { before: string; after: string }) => {
        asked.push(wanted);
        if (wanted.after === 'unread') return undefined;
        return wanted.after === 'damaged' ? { code: 'x', message: 'damaged', hint: null } : counts;
      },
    } as FileReader;
    const rows = checkpoints.map((checkpoint) => ({ id: checkpoint.id, checkpoint }) as CheckpointRow);
    expect([...visibleCounts(rows, Timeline.of(checkpoints), files)]).toEqual([
      ['c2', counts],
      ['c3', { added: 0, changed: 0, gone: 0 }],
    ]);
    expect(asked).toEqual([
      { before: 'one', after: 'two' },
      { before: 'one', after: 'unread' },
      { before: 'one', after: 'damaged' },
    ]);
  });
});
