import { expect, it } from 'vitest';
import { ownChanges } from '../../../src/checkpoints/own-changes.ts';
import type { FileState } from '../../../src/domain/file-state.ts';

const file = (hash: string): FileState => ({ type: 'file', mode: 0o644, size: 1, hash });
const folder: FileState = { type: 'directory', mode: 0o755 };
const [mine, theirs, other] = [file('1'), file('2'), file('3')];

it('says what was done, as it was done, and nothing of what others did meanwhile', () => {
  const actions = [
    { path: 'done', from: mine, to: theirs },
    { path: 'deleted', from: mine, to: null },
    { path: 'left', from: mine, to: theirs },
    { path: 'opened', from: folder, to: folder },
  ];
  const seen = [
    { path: 'done', before: mine, after: other },
    { path: 'left', before: mine, after: other },
    { path: 'foreign', before: null, after: other },
  ];
  expect(ownChanges(actions, ['done', 'deleted', 'opened'], seen)).toEqual([
    { path: 'deleted', before: mine, after: null },
    { path: 'done', before: mine, after: theirs },
  ]);
});

it('tells of all that was in a folder that went aside', () => {
  const actions = [{ path: 'a', from: folder, to: theirs, aside: 'a.mine' }];
  const seen = [
    { path: 'a', before: folder, after: theirs },
    { path: 'a/f', before: mine, after: null },
    { path: 'a.mine', before: null, after: folder },
    { path: 'a.mine/f', before: null, after: mine },
    { path: 'a.other', before: null, after: mine },
  ];
  expect(ownChanges(actions, ['a'], seen).map(({ path }) => path)).toEqual([
    'a',
    'a.mine',
    'a.mine/f',
    'a/f',
  ]);
  expect(ownChanges(actions, [], seen)).toEqual([]);
});
