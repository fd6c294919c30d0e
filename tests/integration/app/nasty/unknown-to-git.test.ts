import { expect, it } from 'vitest';
import {
  below,
  goBackAndForth,
  inWorkspace,
  withPaths,
  type NastyState,
} from '../../../support/nasty-state.ts';
import { WorkspaceBench } from '../../../support/workspace-bench.ts';

const REPOSITORY =
  'git init -q; printf "*.env\\n.env\\nresults/\\n" > .gitignore; echo a > a; git add .; git commit -qm one';

/** What a text tool or git would like to even out. */
const TEXTS = [
  "printf '* text=auto eol=lf\\n' > .gitattributes",
  "printf 'one\\r\\ntwo\\r\\n' > crlf.txt",
  "printf 'one\\r\\ntwo\\nthree\\r' > mixed.txt",
  "printf '\\357\\273\\277bom\\r\\n' > bom.txt",
  "printf 'nul\\0nul\\r\\n' > nul.txt",
  "printf 'no end' > end.txt",
  "printf 'Loud And Quiet\\r\\n' > voice.loud",
].join('; ');

const STATES: readonly (readonly [name: string, state: NastyState])[] = [
  [
    'an ignored .env for its owner only, written over and then cleaned away',
    {
      before: `${REPOSITORY}; echo SECRET=1 > .env; chmod 600 .env; mkdir -p results; echo r > results/r`,
      plan: ['echo SECRET=2 > .env', 'git clean -fdxq'],
    },
  ],
  [
    'texts with all kinds of line ends under text=auto and a clean filter',
    {
      before: `${TEXTS}; git init -q; git add .; git commit -qm texts`,
      plan: [
        'for f in *.txt *.loud; do tr -d "\\r" < $f > t; cat t > $f; done; rm t',
        'rm crlf.txt nul.txt voice.loud; echo "* -text" > .gitattributes',
      ],
    },
  ],
  [
    'texts that git itself laid out anew',
    {
      before: `${TEXTS}; git init -q; git add .; git commit -qm texts; cp voice.loud v; git checkout-index -f -a; mv v voice.loud`,
      plan: ['rm *.txt *.loud; git checkout-index -f -a; git stash -q 2>/dev/null || true'],
      back: (before, damaged) => withPaths(before, damaged, below('.git')),
    },
  ],
];

it.each(STATES)(
  'Given %s, when the plan is rolled back and that is undone, then each is exact',
  async (_, state) => {
    await using bench = await WorkspaceBench.create();
    const { result } = await goBackAndForth(bench, state);
    expect(result.conflicts).toEqual([]);
  },
);

const RESULTS = {
  before: 'mkdir results; echo 1 > results/before; echo a > a',
  plan: ['echo 2 > results/before; echo 2 > results/during; echo 2 > a'],
};

it('Given a folder that a person has ignored since, then what was in it goes back all the same', async () => {
  await using bench = await WorkspaceBench.create();
  const { result } = await goBackAndForth(bench, {
    ...RESULTS,
    after: 'echo results/ > .agentsignore',
    back: (before, damaged) => withPaths(before, damaged, below('.agentsignore')),
  });
  expect(result.conflicts).toEqual([]);
});

it('Given new results in a folder that is ignored by now, then they stay: nothing is known of them', async () => {
  await using bench = await WorkspaceBench.create();
  const isNew = below('.agentsignore', 'results/after', 'made', 'made/after');
  const { result } = await goBackAndForth(bench, {
    ...RESULTS,
    plan: [...RESULTS.plan, 'mkdir made; echo 1 > made/during'],
    after: 'printf "results/\\nmade/\\n" > .agentsignore; echo 3 > results/after; echo 3 > made/after',
    back: (before, damaged) => withPaths(before, damaged, (path) => isNew(path) && path !== 'made/during'),
  });
  expect(result.conflicts).toMatchObject([{ path: 'made', resolution: 'keep' }]);
});

it('Given an ignored folder that was never captured, then a plan that empties it is told so', async () => {
  await using bench = await WorkspaceBench.create();
  const { result, damaged } = await goBackAndForth(bench, {
    before:
      'echo cache/ > .agentsignore; mkdir -p cache node_modules; echo c > cache/c; echo n > node_modules/n; echo a > a',
    plan: ['rm cache/c node_modules/n a; echo new > cache/new', 'rm -r node_modules'],
    back: (before, after) => withPaths(before, after, below('cache', 'node_modules')),
  });
  expect(damaged.has('node_modules')).toBe(false);
  expect(result.excluded).toEqual([{ path: 'node_modules', reason: 'rule' }]);
});

it('Given settings that a step wrote, then its own rule keeps nothing out', async () => {
  await using bench = await WorkspaceBench.create();
  const { result } = await goBackAndForth(bench, {
    before: 'mkdir src; echo 1 > src/a; echo 1 > b',
    plan: ['printf "src/\\nb\\n" > .agentsignore', 'rm -r src b; mkdir src; echo 2 > src/c'],
  });
  expect(result).toMatchObject({ conflicts: [], excluded: [] });
  expect(inWorkspace(bench, 'cat src/a b')).toBe('1\n1\n');
});
