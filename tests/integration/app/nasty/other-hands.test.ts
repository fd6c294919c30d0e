import { describe, expect, it } from 'vitest';
import type { ConflictChoice } from '../../../../src/domain/plan-restore.ts';
import {
  below,
  createPlan,
  goBackAndForth,
  inWorkspace,
  withPaths,
  type NastyState,
  type Seen,
} from '../../../support/nasty-state.ts';
import { EVERYTHING, seeFolder, WorkspaceBench } from '../../../support/workspace-bench.ts';

/** A plan works on all paths, and then a person on some of them: each in another way. */
const EDITED: NastyState = {
  before: `
    for f in both text mode gone type link plan-only; do echo 1 > $f; done; ln -s text sym
    mkdir folder; echo 1 > folder/f; echo 1 > deleted; echo 1 > back; chmod 600 mode`,
  plan: [
    'for f in both text mode gone type link plan-only folder/f; do echo 2 > $f; done; ln -sf mode sym',
    'rm deleted back; echo 2 > made; echo 2 > made-gone; mkdir new; echo 2 > new/f',
  ],
  after: `
    echo 3 > both; echo 3 >> text; chmod 755 mode; rm gone made-gone; rm type; mkdir type; echo 3 > type/f
    rm link; ln -s both link; ln -sfn both sym; rm -r folder; echo 3 > folder; echo 3 > back; echo 3 > made; echo 3 > new/mine`,
};
/** What both of them changed. The plan changed what is in `folder`; a file in its place is in the way of that. */
const CONFLICTS = 'back both folder/f gone link made mode new sym text type'.split(' ');
const theirs = below(...CONFLICTS, 'folder');

/** What a person gets who keeps these: all of it but what of the plan itself nobody else touched. */
function kept(before: Seen, damaged: Seen, isKept: (path: string) => boolean): Seen {
  return withPaths(before, damaged, (path) => isKept(path) && path !== 'new/f');
}

describe('the same paths changed by the plan and then by a person', () => {
  it('Given keep, then theirs stays and is named, and all else goes back', async () => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, {
      ...EDITED,
      back: (before, damaged) => kept(before, damaged, theirs),
    });
    expect(result.conflicts.map(({ path }) => path).toSorted()).toEqual(CONFLICTS);
    expect(new Set(result.conflicts.map(({ resolution }) => resolution))).toEqual(new Set(['keep']));
  });

  it('Given take, then the folder is as it was, with what nobody knows set aside, and undo brings theirs back', async () => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, {
      ...EDITED,
      choices: { onConflict: 'take' },
      back: (before, damaged) => moved(before, damaged, ['new', 'type']),
    });
    expect(result.conflicts.map(({ path }) => path)).toEqual(expect.arrayContaining(CONFLICTS));
  });

  it('Given both, then the folder is as it was, with all of theirs beside it', async () => {
    await using bench = await WorkspaceBench.create();
    const mine = CONFLICTS.filter((path) => path !== 'gone').map((path) =>
      path === 'folder/f' ? 'folder' : path,
    );
    const { result } = await goBackAndForth(bench, {
      ...EDITED,
      choices: { onConflict: 'both' },
      back: (before, damaged) => moved(before, damaged, mine),
    });
    const saved = result.conflicts.flatMap(({ savedAs }) => savedAs ?? []).toSorted();
    expect(saved.filter((path) => !path.includes('/'))).toEqual(mine.map((path) => `${path}.mine`));
  });

  it('Given an answer for each path, then each is done as it was said', async () => {
    await using bench = await WorkspaceBench.create();
    const answers: Record<string, ConflictChoice> = {
      both: 'both',
      text: 'take',
      mode: 'keep',
      gone: 'take',
      back: 'take',
      link: 'both',
    };
    const isKept = below(...CONFLICTS.filter((path) => !(path in answers)), 'mode', 'folder');
    const { result } = await goBackAndForth(bench, {
      ...EDITED,
      choices: { choices: new Map(Object.entries(answers)) },
      back: (before, damaged) => moved(kept(before, damaged, isKept), damaged, ['both', 'link']),
    });
    const told = result.conflicts.map(({ path, resolution }) => [path, resolution]);
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(CONFLICTS.map((path) => [path, answers[path] ?? 'keep'])),
    );
  });
});

/** A folder with some of another one's paths under the name `.mine`. */
function moved(base: Seen, from: Seen, folders: readonly string[]): Seen {
  const mine = [...from].flatMap(([path, state]) => {
    const folder = folders.find((one) => below(one)(path));
    if (folder === undefined) return [];
    return [[`${folder}.mine${path.slice(folder.length)}`, state] as const];
  });
  return new Map([...base, ...mine]);
}

it('Given names for what is set aside that are taken, then others are found, at any length', async () => {
  await using bench = await WorkspaceBench.create();
  const long = 'n'.repeat(255);
  const { result } = await goBackAndForth(bench, {
    before: `echo 1 > f; echo 1 > f.mine; echo 1 > ${long}`,
    plan: [`echo 2 > f; echo 2 > f.mine.2; echo 2 > ${long}`],
    after: `echo 3 > f; echo 3 > ${long}`,
    choices: { onConflict: 'both' },
    back: (before, damaged) =>
      new Map([...before, ['f.mine.3', damaged.get('f')!], [`${'n'.repeat(250)}.mine`, damaged.get(long)!]]),
  });
  expect(result.conflicts.map(({ savedAs }) => savedAs)).toEqual(['f.mine.3', `${'n'.repeat(250)}.mine`]);
});

describe('scope and paths', () => {
  const state: NastyState = {
    before: 'mkdir -p d/e; echo 1 > d/e/f; echo 1 > d/g; echo 1 > h; echo 1 > person; echo 1 > lost',
    plan: ['echo 2 > d/e/f; echo 2 > d/g; echo 2 > h; echo 2 > d/new', 'rm -r d/e'],
    after: 'echo 3 > person; rm lost; mkdir own; echo 3 > own/f; chmod 700 d',
  };
  const foreign = below('person', 'lost', 'own');

  it('Given the default scope, then what only a person changed is none of its business', async () => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, {
      ...state,
      back: (before, damaged) => withPaths(before, damaged, (path) => foreign(path) || path === 'd'),
    });
    expect(result.conflicts).toEqual([]);
  });

  it('Given the whole workspace, then what a person changed is kept and named', async () => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, {
      ...state,
      choices: { scope: 'workspace' },
      back: (before, damaged) => withPaths(before, damaged, (path) => foreign(path) || path === 'd'),
    });
    expect(result.conflicts.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['d', 'lost', 'own', 'person']),
    );
  });

  it('Given the whole workspace and take, then the tree is the checkpoint’s, and undo brings everything back', async () => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, {
      ...state,
      choices: { scope: 'workspace', onConflict: 'take' },
    });
    expect(result.conflicts.map(({ resolution }) => resolution)).not.toContain('keep');
  });

  it.each([
    [['d/e/f'], below('d/e')],
    [['d/e'], below('d/e')],
    [['h', 'd/new'], below('h', 'd/new')],
    [['d'], (path: string) => below('d')(path) && path !== 'd'],
  ])('Given the paths %j, then only they go back, and the plan stays where it is', async (paths, isAsked) => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, {
      ...state,
      choices: { paths },
      back: (before, damaged) => withPaths(damaged, before, isAsked),
    });
    expect(result.standing).toMatchObject({ state: 'complete' });
    expect(result.impact).toMatchObject({ steps: 0, tool_calls: 0 });
  });
});

describe('two plans in one folder that take turns', () => {
  const wait = (id: string, path: string): string =>
    `  - { id: ${id}, run: "until [ -e ${path} ]; do sleep 0.02; done", effect: read }`;
  const write = (id: string, what: string): string => `  - { id: ${id}, run: ${JSON.stringify(what)} }`;
  const ONE = [
    write('one', 'echo a > a1; echo a >> shared; echo a > turns'),
    wait('two', 'b1'),
    write('three', 'echo a > a2; echo a >> shared; rm given; echo a > old'),
  ].join('\n');
  const OTHER = [
    wait('one', 'a1'),
    write('two', 'echo b > b1; echo b >> shared'),
    wait('three', 'a2'),
    write('four', 'echo b > b2; echo b >> shared; echo b > given; mkdir both; echo b > both/b'),
  ].join('\n');

  it('Given both are done, when one is rolled back, then the other’s files stay, and what both changed is named', async () => {
    await using bench = await WorkspaceBench.create();
    inWorkspace(bench, 'echo 0 > shared; echo 0 > given; echo 0 > old');
    const before = seeFolder(bench.workspace);
    const [app, second] = [bench.open(), bench.open()];
    const ids = [
      await createPlan(bench, app, ONE, 'one'),
      await createPlan(bench, second, OTHER, 'other'),
    ] as const;
    await Promise.all([bench.execute(app, ids[0]), bench.execute(second, ids[1])]);
    const damaged = seeFolder(bench.workspace);
    expect(inWorkspace(bench, 'cat shared')).toBe('0\na\nb\na\nb\n');

    const result = await bench.rollBack(app, ids[0], 1);
    const others = below('b1', 'b2', 'both', 'shared', 'given');
    const back = withPaths(before, damaged, others);
    expect(seeFolder(bench.workspace)).toEqual(back);
    expect(result.conflicts.map(({ path, resolution }) => [path, resolution])).toEqual([
      ['given', 'keep'],
      ['shared', 'keep'],
    ]);
    await bench.undo(app, ids[0]);
    expect(seeFolder(bench.workspace)).toEqual(damaged);

    // Its first checkpoint already holds the first file of the other plan, and the whole workspace is asked for.
    const { id } = await (await second.storage()).checkpoints.resolve(ids[1], '1');
    const preview = await (
      await second.rollbacks()
    ).preview(ids[1], id, { ...EVERYTHING, scope: 'workspace' }, bench.options);
    expect(preview.conflicts.map(({ path }) => path)).toEqual(['a2', 'old']);
    await bench.rollBack(second, ids[1], 1);
    // Base is what its last window left: so what the first plan did in between goes with it, and is in `pre_rollback`.
    expect(inWorkspace(bench, 'cat shared')).toBe('0\na\n');
    const wanted = withPaths(
      withPaths(damaged, before, below('given')),
      new Map(),
      below('b1', 'b2', 'both', 'shared'),
    );
    expect(withPaths(seeFolder(bench.workspace), new Map(), below('shared'))).toEqual(wanted);
  });
});
