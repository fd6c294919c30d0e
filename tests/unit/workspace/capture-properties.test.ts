import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileChange, FileState } from '../../../src/domain/file-state.ts';
import { folderOf, isWithin, type RawPath } from '../../../src/domain/raw-path.ts';
import type { ListedFile } from '../../../src/ports/workspace-files.ts';
import { CapturedWorkspace } from '../../support/captured-workspace.ts';

type Step =
  | { readonly do: 'file'; readonly path: RawPath; readonly content: string; readonly mode: number }
  | { readonly do: 'folder'; readonly path: RawPath; readonly mode: number }
  | { readonly do: 'link'; readonly path: RawPath; readonly content: string }
  | { readonly do: 'remove'; readonly path: RawPath }
  | { readonly do: 'move'; readonly path: RawPath; readonly to: RawPath };

const names = fc.constantFrom(
  'a',
  'b',
  'a b',
  '-r',
  '\n',
  'e\xcc\x81',
  '\xc3\xa9',
  '\xff',
  'ignored',
  'out',
  '.git',
);
const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const mode = fc.constantFrom(0o644, 0o600, 0o755, 0o4755);
const content = fc.constantFrom('', '1', '2', 'a line\n', 'x'.repeat(300));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('file' as const), path, content, mode }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('folder' as const), path, mode: fc.constant(0o700) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('link' as const), path, content: names }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), path, to: path }) },
);
const steps = fc.array(step, { maxLength: 12 });
const rules = fc.record({
  exclude: fc.constantFrom([], ['out']),
  ignore: fc.constantFrom('', 'ignored\n', '*\n!a\n!b\n'),
});

function take(ws: CapturedWorkspace, step: Step): void {
  const target = ws.bytesAt(step.path);
  try {
    if (step.do === 'remove') return rmSync(target, { recursive: true });
    if (step.do === 'move') return renameSync(target, ws.bytesAt(step.to));
    makeParents(ws, folderOf(step.path));
    if (step.do === 'folder') mkdirSync(target, { mode: step.mode });
    if (step.do === 'link') symlinkSync(Buffer.from(step.content, 'latin1'), target);
    // Through a link this would write elsewhere.
    if (step.do === 'file' && !isLink(target)) {
      writeFileSync(target, step.content);
      chmodSync(target, step.mode);
    }
  } catch (error) {
    // What can't be done is left: the path stands, or something else stands on its way.
    expect((error as NodeJS.ErrnoException).code).toMatch(/^E/);
  }
}

function isLink(target: Buffer): boolean {
  return lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function makeParents(ws: CapturedWorkspace, folder: RawPath): void {
  if (folder === '') return;
  makeParents(ws, folderOf(folder));
  const stat = lstatSync(ws.bytesAt(folder), { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) mkdirSync(ws.bytesAt(folder));
}

function apply(list: readonly ListedFile[], changes: readonly FileChange[]): Map<RawPath, FileState> {
  const all = new Map(list.map(({ path, state }) => [path, state]));
  for (const { path, after } of changes) {
    if (after === null) all.delete(path);
    else all.set(path, after);
    // Nothing is known of what is in it any more.
    if (after?.type !== 'excluded' || after.was === 'file') continue;
    for (const other of all.keys()) if (other !== path && isWithin(other, path)) all.delete(other);
  }
  return all;
}

const byName = (all: ReadonlyMap<RawPath, FileState>): [RawPath, FileState][] =>
  [...all].sort(([a], [b]) => (a < b ? -1 : 1));

describe('whatever is done to a workspace', () => {
  it('a capture with the index kept is the capture without, and changes lead from one list to the next', () => {
    const property = fc.property(steps, steps, rules, rules, (first, then, before, after) => {
      using ws = new CapturedWorkspace();
      for (const step of first) take(ws, step);
      const a = ws.capture(before).tree;
      expect(ws.capture(before).tree).toBe(a);
      for (const step of then) take(ws, step);
      const kept = ws.capture(after).tree;
      // Another process, and one that has nothing kept.
      expect(ws.open().capture(ws.request(after)).tree).toBe(kept);
      using bare = new CapturedWorkspace();
      expect(bare.engine.capture({ ...ws.request(after) }).tree).toBe(kept);
      expect(ws.engine.verify({ trees: [a, kept] })).toEqual([]);
      // What is known of an excluded path and then captured is all of it: the rules only take away here.
      const list = ws.engine.list(kept);
      const applied = apply(ws.engine.list(a), ws.engine.changes(a, kept));
      const known = new Map(list.map(({ path, state }) => [path, state]));
      for (const [path, state] of ws.engine.list(a).map((file) => [file.path, file.state] as const)) {
        if (state.type !== 'excluded' || state.was === 'file') continue;
        for (const other of known.keys()) if (other !== path && isWithin(other, path)) known.delete(other);
      }
      expect(byName(applied)).toEqual(byName(known));
    });
    fc.assert(property, { numRuns: 150 });
  });
});
