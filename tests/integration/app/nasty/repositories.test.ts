import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  below,
  goBackAndForth,
  inWorkspace,
  makeNeighbour,
  withPaths,
  type NastyState,
  type Seen,
} from '../../../support/nasty-state.ts';
import { seeFolder, WorkspaceBench } from '../../../support/workspace-bench.ts';

const REPOSITORY = 'git init -q; echo a > a; echo b > b; git add .; git commit -qm one';
const NESTED = `${REPOSITORY}; mkdir nested; (cd nested; git init -q; echo n > n; git add .; git commit -qm unpushed; echo dirty > n; echo new > untracked)`;

const isGit = (path: string): boolean => /(?:^|\/)\.git(?:\/|$)/.test(path);
/** No repository that is there is ever touched. */
const repositoriesStay = (before: Seen, now: Seen): Seen => withPaths(before, now, isGit);

interface Case {
  readonly name: string;
  readonly state: NastyState;
  readonly excluded: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'a nested repository with uncommitted files that the plan changed',
    state: {
      before: NESTED,
      plan: ['echo plan > nested/n; rm nested/untracked; echo p > nested/made; echo a2 > a', 'rm nested/n'],
    },
    excluded: [],
  },
  {
    name: 'commits and a reset of the plan in the repository and in a nested one',
    state: {
      before: NESTED,
      plan: [
        'echo a2 > a; git commit -qam two; git checkout -qb other; rm b; git commit -qam three',
        'cd nested; git reset -q --hard; git clean -fdxq; git commit -q --allow-empty -m empty',
      ],
      back: repositoriesStay,
    },
    excluded: ['.git', 'nested/.git'],
  },
  {
    name: 'a repository that the plan made, with commits',
    state: {
      before: REPOSITORY,
      plan: [
        'mkdir made; cd made; git init -q; echo m > m; git add .; git commit -qm work',
        'echo more > made/more; rm a',
      ],
      // The whole folder stays: its commits are nowhere else.
      back: (before, now) => withPaths(before, now, below('made')),
    },
    excluded: ['made'],
  },
  {
    name: 'a nested repository with commits of its own that the plan deleted',
    state: {
      before: NESTED,
      plan: ['rm -rf nested', 'echo a2 > a'],
      undone: (damaged, back) => withPaths(damaged, back, below('nested')),
    },
    excluded: [],
  },
  {
    name: 'a nested repository in whose place the plan put a file',
    state: {
      before: NESTED,
      plan: ['rm -rf nested; echo file > nested'],
      undone: (damaged, back) => withPaths(damaged, back, below('nested')),
    },
    excluded: [],
  },
  {
    name: 'the repository itself, deleted by the plan',
    state: {
      before: NESTED,
      plan: ['rm -rf .git; rm a'],
      undone: (damaged, back) => withPaths(damaged, back, below('.git')),
    },
    excluded: [],
  },
  {
    name: 'a repository that the plan deleted and made anew',
    state: {
      before: REPOSITORY,
      plan: ['rm -rf .git', 'git init -q; git add .; git commit -qm again; echo a2 > a'],
      back: repositoriesStay,
    },
    excluded: ['.git'],
  },
  {
    name: 'a submodule whose folder the plan emptied',
    state: {
      before: `mkdir ../beside/source; (cd ../beside/source; ${REPOSITORY}); ${REPOSITORY}; git submodule add -q $HOME/beside/source sub; git commit -qm sub; echo dirty > sub/a`,
      plan: ['rm -rf sub', 'git config --remove-section submodule.sub; echo b2 > b'],
      back: (before, now) => withPaths(before, now, below('.git')),
      undone: (damaged, back) => withPaths(damaged, back, below('sub')),
    },
    excluded: ['.git'],
  },
  {
    name: 'the .git file of a worktree',
    state: {
      before: `${REPOSITORY}; git worktree add -q tree; echo dirty > tree/a`,
      plan: ['rm tree/.git tree/a; echo b2 > tree/b'],
      undone: (damaged, back) => withPaths(damaged, back, (path) => path === 'tree/.git'),
    },
    excluded: [],
  },
  {
    name: 'the .git file of a worktree that the plan pointed elsewhere',
    state: {
      before: `${REPOSITORY}; git worktree add -q tree; echo dirty > tree/a`,
      plan: ['echo gitdir: /nowhere > tree/.git; echo b2 > tree/b'],
      back: repositoriesStay,
    },
    excluded: ['tree/.git'],
  },
  {
    name: 'a repository in the place of a file',
    state: {
      before: `${REPOSITORY}; echo x > x; mkdir y; echo y > y/y`,
      plan: [
        'rm x; mkdir x; cd x; git init -q; echo n > n; git add .; git commit -qm work',
        'rm -r y; ln -s x y; rm a',
      ],
      back: (before, now) => withPaths(before, now, below('x')),
    },
    excluded: ['x'],
  },
  {
    name: 'a nested repository that the plan moved',
    state: {
      before: NESTED,
      plan: ['mv nested moved; echo more > moved/more'],
      // Both: the one that is there is never touched, the one that is gone is laid out.
      back: (before, now) => withPaths(before, now, below('moved')),
      undone: (damaged, back) => withPaths(damaged, back, below('nested')),
    },
    excluded: ['moved'],
  },
  {
    name: 'a nested repository that became a link to outside',
    state: {
      before: NESTED,
      plan: ['mv nested ../beside/nested; ln -s ../beside/nested nested; echo outside > nested/n'],
      undone: (damaged, back) => withPaths(damaged, back, below('nested')),
    },
    excluded: [],
  },
  {
    name: 'a repository that the plan made where another one had been',
    state: {
      before: NESTED,
      plan: [
        'rm -rf nested',
        'mkdir nested; cd nested; git init -q; echo other > n; git add .; git commit -qm other',
      ],
      back: repositoriesStay,
    },
    excluded: ['nested/.git'],
  },
  {
    name: 'a repository over the limit that the plan deleted',
    state: {
      before: NESTED,
      plan: ['rm -rf .git; rm a'],
      set: { 'core.checkpoints.limits.git': '1KiB' },
      back: (before) => withPaths(before, new Map(), below('.git')),
    },
    excluded: ['.git'],
  },
  {
    name: 'repositories made by a person and by the plan, and a rollback that takes all',
    state: {
      before: REPOSITORY,
      plan: ['mkdir made; cd made; git init -q; echo m > m; git add .; git commit -qm work', 'rm a'],
      after: 'mkdir own; (cd own; git init -q; echo o > o; git add .; git commit -qm own)',
      choices: { scope: 'workspace', onConflict: 'take' },
      back: (before, now) => withPaths(before, now, below('made', 'own')),
    },
    excluded: ['made', 'own'],
  },
];

it.each(CASES)(
  'Given $name, when the plan is rolled back and that is undone, then each is exact',
  async (one) => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, one.state);
    expect(result.conflicts).toEqual([]);
    expect(result.excluded).toEqual(one.excluded.map((path) => ({ path, reason: 'git' })));
  },
);

it('Given a deleted repository, when it is brought back, then git finds everything in it', async () => {
  await using bench = await WorkspaceBench.create();
  makeNeighbour(bench);
  inWorkspace(bench, NESTED);
  const look = 'git log --oneline --all; git status --porcelain=v2; git fsck --strict';
  const told = [inWorkspace(bench, look), inWorkspace(bench, look, join(bench.workspace, 'nested'))];
  const app = bench.open();
  const { plan } = await bench.run(app, ['rm -rf nested .git']);
  const { excluded } = await bench.rollBack(app, plan.plan_id, 1);
  expect(excluded).toEqual([]);
  expect([inWorkspace(bench, look), inWorkspace(bench, look, join(bench.workspace, 'nested'))]).toEqual(told);
});

/** Each leaves the repository in the middle of something. */
const MIDDLES = {
  'a rebase with a conflict':
    'git checkout -qb side; echo side > a; git commit -qam side; git checkout -q main; echo main > a; git commit -qam main; git rebase -q side || true',
  'a merge with a conflict':
    'git checkout -qb side; echo side > a; git commit -qam side; git checkout -q main; echo main > a; git commit -qam main; git merge -q side || true',
  'a stash, an index of its own and hooks':
    'echo s > a; git stash -q; echo staged > b; git add b; echo unstaged > b; git rm -q --cached a; printf "#!/bin/sh\\nexit 1\\n" > .git/hooks/post-checkout; chmod +x .git/hooks/*',
  'a detached HEAD and a bisection':
    'for i in 1 2 3 4; do echo $i > a; git commit -qam $i; done; git bisect start -q; git bisect bad; git bisect good HEAD~4',
};

it.each(Object.entries(MIDDLES))(
  'Given %s, then git doesn’t notice the plan and its rollback',
  async (_, middle) => {
    await using bench = await WorkspaceBench.create();
    makeNeighbour(bench);
    inWorkspace(bench, `${REPOSITORY}; ${middle}; echo untracked > u; echo u > .git/info/exclude`);
    const git = (): unknown => [
      inWorkspace(bench, 'git status --porcelain=v2 --branch --ignored; git stash list; git fsck --strict'),
      inWorkspace(bench, 'git diff; git diff --cached; git log --oneline --all'),
    ];
    const stamps = (): unknown =>
      [...seeFolder(join(bench.workspace, '.git')).keys()].map((path) => {
        const { ino, mtimeNs, ctimeNs } = lstatSync(join(bench.workspace, '.git', path), { bigint: true });
        return { path, ino, mtimeNs, ctimeNs };
      });
    const told = git();
    const before = { seen: seeFolder(join(bench.workspace, '.git')), stamps: stamps() };
    const app = bench.open();
    const { plan } = await bench.run(app, [
      'echo plan > a; rm b u; mkdir c; echo c > c/c',
      'rm a; ln -s c a',
    ]);
    await bench.rollBack(app, plan.plan_id, 1);
    expect({ seen: seeFolder(join(bench.workspace, '.git')), stamps: stamps() }).toEqual(before);
    expect(git()).toEqual(told);
  },
);
