import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openObjectStore } from '../../../../src/storage/open-object-store.ts';
import { restorePaths } from '../../../../src/workspace/restore-paths.ts';
import {
  below,
  goBackAndForth,
  inWorkspace,
  withPaths,
  type NastyState,
} from '../../../support/nasty-state.ts';
import { rollBackWith } from '../../../support/rollback-with.ts';
import { seeFolder, WorkspaceBench } from '../../../support/workspace-bench.ts';

const STATES: readonly (readonly [name: string, state: NastyState])[] = [
  [
    'a file that became a link to outside, and was written through',
    {
      before: 'echo a > a; mkdir d; echo b > d/b',
      plan: [
        'rm a; ln -s ../beside/file a; echo through > a',
        'rm d/b; ln -s $HOME/beside/folder/file d/b; echo through > d/b',
      ],
    },
  ],
  [
    'a folder that became a link to outside, and got files through it',
    {
      before: 'mkdir -p d/e; echo a > d/a; echo b > d/e/b; chmod 750 d/e',
      plan: [
        'rm -r d; ln -s ../beside/folder d; echo through > d/file; echo new > d/a; mkdir d/e; echo x > d/e/b',
      ],
    },
  ],
  [
    'links to outside, to nowhere and in a circle that became files and folders',
    {
      before:
        'ln -s ../beside/folder out; ln -s /nowhere/at/all dead; ln -s round round; ln -s a b; echo a > a',
      plan: [
        'rm out dead round; mkdir -p out/folder; echo x > out/file; echo x > dead; ln -s b round; rm b; cp a b',
      ],
    },
  ],
  [
    'files, folders and links that changed places, three deep',
    {
      before: `
        mkdir -p x/file x/folder/sub/deep x/link-to; echo f > x/file/f; echo d > x/folder/sub/deep/d
        ln -s folder/sub x/link; echo t > x/text; mkdir -m 700 x/folder/sub/closed; echo c > x/folder/sub/closed/c`,
      plan: [
        // A folder three deep becomes a link, the link a file, the file a folder with the same three names in it.
        'rm -r x/folder x/link x/text; ln -s file x/folder; echo now a file > x/link; mkdir -p x/text/sub/deep; echo n > x/text/sub/deep/d',
        'rm -r x/file; ln -s text/sub x/file; rm -r x/text/sub/deep; ln -s ../../../../beside x/text/sub/deep; rm x/folder; echo f > x/folder',
        'rm -r x/text/sub; mkdir -p x/text/sub/deep/closed/f; ln -s nothing x/text/sub/deep/closed/f/f; chmod 711 x/text/sub',
      ],
    },
  ],
  [
    'the whole of a tree that was one file before',
    {
      before: 'echo all > all',
      plan: [
        'rm all; mkdir -p all/all/all; echo 1 > all/all/all/all; ln -s all all/all/link; mkdir all/empty; chmod 0 all/empty',
      ],
    },
  ],
  [
    'hard links to each other and to outside',
    {
      before: 'echo pair > one; ln one two; ln $HOME/beside/file linked; ln $HOME/beside/folder/file gone',
      plan: ['echo new pair > one; echo through > linked; rm gone; chmod 640 linked'],
    },
  ],
  [
    'a file with holes',
    {
      before: 'truncate -s 3M holes; printf end >> holes; truncate -s 70000 small',
      plan: ['printf middle | dd of=holes bs=1 seek=1500000 conv=notrunc 2>/dev/null; truncate -s 10 small'],
    },
  ],
];

it.each(STATES)(
  'Given %s, when the plan is rolled back and that is undone, then each is exact',
  async (_, state) => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, state);
    expect(result).toMatchObject({ conflicts: [], excluded: [], left: [] });
  },
);

it('Given FIFOs and sockets, then new ones go, standing ones stay, and those that are gone are named', async () => {
  await using bench = await WorkspaceBench.create();
  const socket = createServer();
  await new Promise<void>((resolve) => void socket.listen(join(bench.workspace, 'socket'), resolve));
  await using _ = {
    [Symbol.asyncDispose]: () => new Promise<void>((done) => void socket.close(() => done())),
  };
  const special = below('new', 'folder/new');
  const { result } = await goBackAndForth(bench, {
    before: 'mkfifo stays gone; mkdir folder; echo a > a; mkfifo -m 600 was; echo f > was-file',
    plan: [
      'rm gone a; mkfifo new folder/new; rm was; echo file > was; rm was-file; mkfifo was-file; chmod 600 stays',
    ],
    back: (before, damaged) =>
      withPaths(new Map([...before].filter(([path]) => path !== 'gone')), damaged, below('was', 'stays')),
    // What can't be made again is gone for good: no undo brings it back.
    undone: (damaged, back) =>
      new Map([...withPaths(damaged, back, below('was-file'))].filter(([path]) => !special(path))),
  });
  expect(result.excluded).toEqual(['gone', 'stays', 'was'].map((path) => ({ path, reason: 'special' })));
});

const PARENT = { 'd/e/changed': '1', 'd/e/removed': '1', 'd/f': '1', a: '1' };
const HARM = ['echo 2 > d/e/changed; rm d/e/removed; echo 2 > d/e/made; echo 2 > d/f; echo 2 > a'];

/** Moves a folder away and lays a link to the sentinels, which have the same names in them, in its place. */
function swapParent(bench: WorkspaceBench): void {
  renameSync(join(bench.workspace, 'd/e'), join(bench.workspace, 'd/elsewhere'));
  symlinkSync(join(bench.root, 'beside'), join(bench.workspace, 'd/e'));
}

async function damagedBeside(): Promise<{ bench: WorkspaceBench; planId: string }> {
  const bench = await WorkspaceBench.create(PARENT);
  const app = bench.open();
  const { plan } = await bench.run(app, HARM);
  mkdirSync(join(bench.root, 'beside'));
  inWorkspace(bench, 'for f in changed made; do echo 2 > $f; done', join(bench.root, 'beside'));
  return { bench, planId: plan.plan_id };
}

it('Given a parent that becomes a link to outside between the look and the change, then nothing outside changes', async () => {
  const { bench, planId } = await damagedBeside();
  await using _ = bench;
  const outside = seeFolder(join(bench.root, 'beside'));
  const result = await rollBackWith(bench, planId, (files) => ({
    restore: async (request, options) => {
      swapParent(bench);
      return await files.restore(request, options);
    },
  }));
  expect(seeFolder(join(bench.root, 'beside'))).toEqual(outside);
  expect(inWorkspace(bench, 'cat a d/f d/elsewhere/changed d/elsewhere/made')).toBe('112\n2\n');
  // Nothing stands at `d/e/made` any more: what was made there is elsewhere now, and stays.
  expect(result.left.map(({ path }) => path)).toEqual(['d/e/changed', 'd/e/removed']);
});

it('Given a parent that becomes a link in the middle of the changes, then what is open already goes to the folder itself', async () => {
  const { bench, planId } = await damagedBeside();
  await using _ = bench;
  const outside = seeFolder(join(bench.root, 'beside'));
  let staged = 0;
  const result = await rollBackWith(bench, planId, () => ({
    restore: async (request) => {
      const store = await openObjectStore({ home: bench.home });
      try {
        return restorePaths(store, request, {
          fault: (point) => {
            // The second is `d/e/changed`: its folder is held open, and its new content is laid beside it already.
            if (point === 'after-stage' && (staged += 1) === 2) swapParent(bench);
          },
        });
      } finally {
        store.close();
      }
    },
  }));
  expect(seeFolder(join(bench.root, 'beside'))).toEqual(outside);
  expect([...seeFolder(bench.workspace).keys()].filter((path) => path.includes('.agents-staged-'))).toEqual(
    [],
  );
  expect(inWorkspace(bench, 'cat a d/f d/elsewhere/changed')).toBe('111');
  expect(result.left.map(({ path }) => path)).toEqual(['d/e/removed']);
});
