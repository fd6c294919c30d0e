import { describe, expect, it } from 'vitest';
import type { TreeState } from '../../../../src/domain/plan-state.ts';
import { fileKind } from '../../../../src/tui/words/file-words.ts';
import { filePatch } from '../../../../src/tui/words/file-patch.ts';
import { firstGraphemeLength } from '../../../../src/tui/lines/measure.ts';
import { planPath, stepName } from '../../../../src/tui/words/plan-names.ts';
import { rawPathOf } from '../../../../src/domain/raw-path.ts';
import { CHILD, newPlan, viewOf, withSubplan } from '../rows/views.ts';
import { ROOT } from '../../../support/fake-plan.ts';

describe('names of plans and steps', () => {
  it('Given a subplan, then its path has its name; a plan that nobody knows has none', () => {
    const { tree } = viewOf(withSubplan());
    expect(planPath(tree, CHILD)).toEqual(['per-package notes']);
    expect(planPath(tree, ROOT)).toEqual([]);
    expect(planPath(tree, 'unknown')).toEqual([]);
  });

  it('Given a step has a name of its own, then it stands behind its id', () => {
    const { tree } = viewOf(newPlan().created('demo', ['a', { id: 'b', name: 'build it' }]));
    const plan = tree.plans.get(ROOT) as NonNullable<ReturnType<TreeState['plans']['get']>>;
    expect(['a', 'b', 'gone'].map((id) => stepName(plan, id))).toEqual(['a', 'b build it', 'gone']);
  });
});

describe('kinds of files', () => {
  const file = { type: 'file', mode: 0o600, size: 1200, hash: 'h' } as const;
  const folder = { type: 'directory', mode: 0o755 } as const;

  it('Given a file became a folder, then that is noted', () => {
    expect([file, folder].map(fileKind)).toEqual(['file', 'folder']);
    const change = { path: rawPathOf('a'), before: file, after: folder };
    expect(filePatch(change, { before: null, after: null }).notes).toContain('file -> folder');
  });
});

describe('the first letter', () => {
  it('Given it has marks, then they are part of it; behind the end there is none', () => {
    expect(firstGraphemeLength('xe\u0301y', 1)).toBe(2);
    expect(firstGraphemeLength('x', 1)).toBe(0);
  });
});
