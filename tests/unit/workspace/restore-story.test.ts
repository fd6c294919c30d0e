import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FileState } from '../../../src/domain/file-state.ts';
import { exchanged, planRestore, type RestoreAction } from '../../../src/domain/plan-restore.ts';
import { restorePaths } from '../../../src/workspace/restore-paths.ts';
import {
  exact,
  layOut,
  makePlace,
  readTree,
  stateOf,
  storeOf,
  type Node,
  type Tree,
} from '../../support/restore-folder.ts';
import { applyActions, stories, type Model, type Story } from '../../support/restore-model.ts';

function nodeOf(state: FileState): Node {
  if (state.type === 'directory') return { folder: state.mode };
  if (state.type === 'symlink') return { link: state.target };
  if (state.type === 'file') return { file: state.hash, mode: state.mode };
  throw new Error(`${state.type} can't be laid out`);
}

const treeOf = (model: Model): Tree =>
  Object.fromEntries([...model].map(([path, state]) => [path, nodeOf(state)]));
const real = (state: FileState | null): FileState | null => (state === null ? null : stateOf(nodeOf(state)));
const realAction = ({ from, to, ...rest }: RestoreAction): RestoreAction => ({
  ...rest,
  from: real(from),
  to: real(to),
});

function restoreAndBack({ mine, theirs, question }: Story): void {
  using at = makePlace();
  layOut(at.workspace, treeOf(mine));
  const plan = planRestore(question);
  const actions = plan.actions.map(realAction);
  const store = storeOf(treeOf(mine), treeOf(theirs));
  const run = (wanted: readonly RestoreAction[]) =>
    restorePaths(store, { workspace: at.workspace, operation: 'op', actions: wanted });
  expect(run(actions).left).toEqual([]);
  expect(readTree(at.workspace)).toEqual(exact(treeOf(applyActions(mine, plan.actions))));
  expect(run(exchanged(actions)).left).toEqual([]);
  expect(readTree(at.workspace)).toEqual(exact(treeOf(mine)));
}

it('Given any story of a plan and of somebody else, Then the files become what was decided, and go back to what they were', () => {
  fc.assert(fc.property(stories(false), restoreAndBack), { numRuns: 100, seed: 20_261_121 });
});
