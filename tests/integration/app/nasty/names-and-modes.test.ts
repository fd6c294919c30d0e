import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { below, goBackAndForth, withPaths, type NastyState } from '../../../support/nasty-state.ts';
import { WorkspaceBench } from '../../../support/workspace-bench.ts';

/** As `printf` writes them: newline, quotes, dash, trailing space, 255 bytes, invalid UTF-8, NFC and NFD of one letter. */
const NAMES = [
  'new\\nline',
  '\\047q\\047 "q" \\140q\\140 $HOME \\\\',
  '-rf',
  'trailing ',
  ' ',
  '*',
  'n'.repeat(255),
  'bad\\377\\376',
  'bad\\377',
  'caf\\303\\251',
  'cafe\\314\\201',
  '\\033[31mred',
  '.agents',
  'name.mine',
];

/** A text for a shell that does something with each name, as `$n`. */
const each = (what: string): string =>
  `for p in ${NAMES.map((name) => `'${name.replaceAll("'", '\\047')}'`).join(' ')}; do n=$(printf -- "$p."); n=\${n%.}; ${what}; done`;

const STATES: readonly (readonly [name: string, state: NastyState])[] = [
  [
    'files with names of every kind',
    {
      before: each('echo a > "./$n"'),
      plan: [
        each('echo longer > "./$n"'),
        each('[ "$n" = "-rf" ] || rm -- "./$n"'),
        'echo x > "./-r"; rm ./-rf',
      ],
    },
  ],
  [
    'folders and links with names of every kind',
    {
      before: each('mkdir "./$n"; echo a > "./$n/$n"; ln -s "$n" "./$n/link"'),
      plan: [
        each('rm "./$n/link"; ln -s "../$n" "./$n/link"; echo b > "./$n/$n"'),
        each('rm -r "./$n"; mkdir -p "./new/$n"'),
      ],
    },
  ],
  [
    'twins of one name, of which the plan swaps the contents',
    {
      before: each('echo "$p" > "./$n"'),
      plan: [
        'a=$(printf "caf\\303\\251"); b=$(printf "cafe\\314\\201"); mv $a t; mv $b $a; mv t $b',
        'a=$(printf "bad\\377"); b=$(printf "bad\\377\\376"); mv $a $b; mkdir $a; echo in > $a/$a',
      ],
    },
  ],
  [
    // Settings and repositories are known by exactly their names: in another case they are files like all others.
    'names that differ by case only, also those that mean something',
    {
      before: `
        mkdir -p sub/Sub .Git/objects .AGENTS; echo a > sub/a; echo A > sub/A; echo s > sub/Sub/A
        echo g > .Git/HEAD; echo c > .Git/config; echo 'ui: { glyphs: none }' > .AGENTSRC; echo '*' > .AgentsIgnore; echo n > .AGENTS/n`,
      plan: [
        'mv sub/a t; mv sub/A sub/a; mv t sub/A; mv sub/Sub sub/SUB; rm -r .Git; echo "*" > .AGENTSIGNORE',
        'mkdir .GIT; echo g > .GIT/HEAD; echo "core: 1" > .AGENTSRC; rm .AgentsIgnore; mv sub Sub; rm -r .AGENTS',
      ],
    },
  ],
  [
    'modes of every kind, with and without other content',
    {
      before: `
        for m in 0600 0444 0755 4755 2755 1644 0000; do echo a > same$m; echo a > other$m; chmod $m same$m other$m; done
        for m in 0700 0555 2775 1777 0500; do mkdir d$m; echo a > d$m/a; echo a > d$m/b; chmod $m d$m; done`,
      plan: [
        'chmod 0640 same*; for f in other*; do echo b > t; cp t $f; done; rm t; chmod 0777 d*',
        'for d in d*; do echo b > $d/a; rm $d/b; echo c > $d/c; done; chmod 0511 d0555; chmod 4711 other0600',
      ],
    },
  ],
  [
    'changed files in read-only folders, one in the other',
    {
      before: 'mkdir -p r/s/t; echo a > r/a; echo b > r/s/b; echo c > r/s/t/c; chmod 555 r/s/t r/s r',
      plan: [
        'chmod -R u+w r; echo 2 > r/s/b; rm r/s/t/c; echo n > r/s/t/n; chmod 555 r/s/t r/s r',
        'chmod 700 r; rm -rf r/s; chmod 500 r',
      ],
    },
  ],
  [
    'content of the same size with the mtime put back, and times from the future',
    {
      before:
        'echo 1111 > same; touch -d @1000000000 same; echo 1111 > future; touch -d @4000000000 future; echo 1 > now; touch -d @4000000000 .',
      plan: [
        'cp -p same ref; echo 2222 > same; touch -r ref same; rm ref',
        'echo 2222 > future; touch -d @4000000000 future; echo 2 > now; touch -d @1 now',
      ],
    },
  ],
  [
    'bytes that were exchanged in place, inode and mtime kept',
    {
      before: 'for i in 1 2 3; do echo 11111111 > f$i; touch -d @1000000000 f$i; done',
      plan: [
        'for i in 1 2 3; do printf 2222 | dd of=f$i bs=1 seek=2 conv=notrunc 2>/dev/null; touch -d @1000000000 f$i; done',
      ],
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

it('Given files over the limit, then they are named and never taken for gone', async () => {
  await using bench = await WorkspaceBench.create();
  const big = 'head -c 5000 /dev/zero >';
  const { result } = await goBackAndForth(bench, {
    before: `${big} changed; ${big} deleted; echo a > grown; ${big} shrunk; echo a > small; ${big} untouched`,
    plan: [
      `echo x >> changed; rm deleted; ${big} grown; echo s > shrunk; echo b > small; ${big} made; echo t > tiny`,
    ],
    set: { 'core.checkpoints.limits.file': '1KiB' },
    back: (before, damaged) =>
      withPaths(
        new Map([...before].filter(([path]) => path !== 'deleted')),
        damaged,
        below('changed', 'shrunk', 'made', 'grown'),
      ),
  });
  expect(result.excluded).toEqual(['deleted', 'shrunk'].map((path) => ({ path, reason: 'file_limit' })));
  // What the plan left there was too large to be seen, so nothing proves that it is still the plan's.
  expect(result.conflicts).toMatchObject([{ path: 'grown' }, { path: 'made' }]);
});

it('Given files over the limit that a plan made, when a person gives them up, then they go and can be had back', async () => {
  await using bench = await WorkspaceBench.create();
  await goBackAndForth(bench, {
    before: 'echo a > grown',
    plan: ['head -c 5000 /dev/zero > grown; head -c 6000 /dev/zero > made'],
    set: { 'core.checkpoints.limits.file': '1KiB' },
    choices: { onConflict: 'take' },
  });
});

it('Given no right to read or to write somewhere, then that is named, stays, and all else goes back', () => {
  const program = fileURLToPath(new URL('../../../support/nobody-program.ts', import.meta.url));
  const isRoot = process.geteuid?.() === 0;
  const told = execFileSync(process.execPath, [program], {
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(JSON.parse(told.toString())).toEqual({
    uid: isRoot ? 65_534 : process.getuid?.(),
    excluded: ['gone', 'made'].map((path) => ({ path, reason: 'unreadable' })),
    conflicts: [],
    left: [],
    isExact: true,
    isUndone: true,
  });
});
