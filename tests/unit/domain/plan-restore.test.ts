import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameState, type FileState } from '../../../src/domain/file-state.ts';
import {
  exchanged,
  planRestore,
  type RestorePlan,
  type RestoreQuestion,
} from '../../../src/domain/plan-restore.ts';
import { isWithin, type RawPath } from '../../../src/domain/raw-path.ts';
import {
  applyActions,
  differencesOf,
  excluded,
  fifo,
  file,
  folder,
  historyOf,
  link,
  modelOf,
  stories,
  type Story,
} from '../../support/restore-model.ts';

type Files = Readonly<Record<RawPath, FileState>>;
interface Given {
  /** The checkpoint. */
  readonly theirs: Files;
  /** What the plan left; default: the checkpoint. */
  readonly left?: Files;
  /** What is there now; default: what the plan left. */
  readonly mine?: Files;
}

function ask(
  { theirs, left = theirs, mine = left }: Given,
  asked: Partial<RestoreQuestion> = {},
): RestorePlan {
  const [now, target] = [modelOf(mine), modelOf(theirs)];
  const history = historyOf(target, modelOf(left));
  const differences = differencesOf(now, target);
  return planRestore({ differences, history, scope: 'plan', paths: [], onConflict: 'keep', now, ...asked });
}

function after(given: Given, plan: RestorePlan): Files {
  return Object.fromEntries(applyActions(modelOf(given.mine ?? given.left ?? given.theirs), plan.actions));
}

const [old, fresh, other] = [file('old'), file('fresh'), file('other')];

describe('planRestore', () => {
  it('Given nothing differs, Then there is nothing to do', () => {
    expect(ask({ theirs: { a: old } })).toEqual({ actions: [], conflicts: [], excluded: [] });
  });

  it('brings back what the plan changed, deleted, made and turned into something else', () => {
    const theirs = { changed: old, deleted: old, d: folder, 'd/f': old, f: old, l: link('x') };
    const left = {
      changed: fresh,
      made: folder,
      'made/f': fresh,
      d: link('/'),
      f: folder,
      'f/x': fresh,
      l: folder,
    };
    const plan = ask({ theirs, left });
    expect(plan).toMatchObject({ conflicts: [], excluded: [] });
    expect(after({ theirs, left }, plan)).toEqual(theirs);
  });

  it('Given scope plan, Then what the plan never changed is ignored; with scope workspace it is a conflict', () => {
    const given = { theirs: { a: old, b: old }, mine: { a: fresh, c: fresh, b: old } };
    expect(ask(given)).toEqual({ actions: [], conflicts: [], excluded: [] });
    expect(ask(given, { scope: 'workspace' })).toEqual({
      actions: [],
      conflicts: [
        { path: 'a', resolution: 'keep', mine: fresh, theirs: old },
        { path: 'c', resolution: 'keep', mine: fresh, theirs: null },
      ],
      excluded: [],
    });
    const taken = ask(given, { scope: 'workspace', onConflict: 'take' });
    expect(after(given, taken)).toEqual(given.theirs);
  });

  describe('a path that somebody else changed after the plan', () => {
    const given = { theirs: { a: old }, left: { a: fresh }, mine: { a: other } };
    it.each([
      ['keep', { a: other }],
      ['take', { a: old }],
      ['both', { a: old, 'a.mine': other }],
    ] as const)('%s', (onConflict, expected) => {
      const plan = ask(given, { onConflict });
      expect(after(given, plan)).toEqual(expected);
      const savedAs = onConflict === 'both' ? { savedAs: 'a.mine' } : {};
      expect(plan.conflicts).toEqual([
        { path: 'a', resolution: onConflict, mine: other, theirs: old, ...savedAs },
      ]);
    });

    it('an answer for one path beats the answer for all', () => {
      const plan = ask(given, { onConflict: 'take', choices: new Map([['a', 'keep']]) });
      expect(plan.actions).toEqual([]);
    });

    it.each([
      ['is deleted by them', { theirs: { a: old }, left: { a: fresh }, mine: {} }, { a: old }],
      [
        'is a special file by now',
        { theirs: { a: old }, left: { a: fresh }, mine: { a: fifo } },
        { a: fifo },
      ],
      [
        'has another mode only',
        { theirs: { a: folder }, left: {}, mine: { a: { ...folder, mode: 0o700 } } },
        { a: folder },
      ],
    ] as const)('both, where it %s, saves nothing', (_what, found, expected) => {
      const plan = ask(found, { onConflict: 'both' });
      expect(after(found, plan)).toEqual(expected);
      expect(plan.conflicts[0]).not.toHaveProperty('savedAs');
    });

    it('both takes a name that is free now, in the target and in the plan itself', () => {
      const found = {
        theirs: { a: old, 'a.mine.2': old },
        left: { a: fresh, 'a.mine': fresh },
        mine: { a: other, 'a.mine': other },
      };
      const plan = ask(found, { onConflict: 'both' });
      expect(plan.conflicts.map(({ path, savedAs }) => [path, savedAs])).toEqual([
        ['a', 'a.mine.3'],
        ['a.mine', 'a.mine.mine'],
      ]);
    });

    it.each([
      ['n'.repeat(255), `${'n'.repeat(250)}.mine`],
      // U+20AC as UTF-8 is three bytes; none of them stands alone.
      ['\xe2\x82\xac'.repeat(85), `${'\xe2\x82\xac'.repeat(83)}.mine`],
      [`d/${'n'.repeat(252)}`, `d/${'n'.repeat(250)}.mine`],
    ])('a long name is shortened for what is saved', (path, savedAs) => {
      const more = path.startsWith('d/') ? { d: folder } : {};
      const plan = ask(
        {
          theirs: { ...more, [path]: old },
          left: { ...more, [path]: fresh },
          mine: { ...more, [path]: other },
        },
        { onConflict: 'both' },
      );
      expect(plan.conflicts[0]?.savedAs).toBe(savedAs);
    });
  });

  describe('deleting needs proof', () => {
    const given = { theirs: {}, left: { a: fresh } };

    it('Given that the plan made it and it is as it was left, Then it goes', () => {
      expect(ask(given).actions).toEqual([{ path: 'a', from: fresh, to: null }]);
    });

    it('Given that the plan only changed what somebody else had made, Then it stays', () => {
      const plan = ask(given, { history: new Map([['a', { base: fresh, created: false }]]) });
      expect(plan).toMatchObject({ actions: [], conflicts: [{ path: 'a', resolution: 'keep' }] });
    });

    it('Given a special file that the plan made, Then it goes', () => {
      expect(ask({ theirs: {}, left: { a: fifo } }).actions).toEqual([{ path: 'a', from: fifo, to: null }]);
    });
  });

  it.each([
    ['is not known now', { a: old }, { a: excluded }, 'rule'],
    ['was not known then', { a: excluded }, { a: fresh }, 'rule'],
    ['was not known then and is gone', { a: excluded }, {}, 'rule'],
    ['is new and not known', {}, { a: excluded }, 'rule'],
    ['was a special file and is gone', { a: fifo }, {}, 'special'],
    ['was a special file', { a: fifo }, { a: fresh }, 'special'],
  ] as const)(
    'Given what %s, Then nothing is done and it is said, whatever the choice',
    (_what, theirs, left, reason) => {
      for (const onConflict of ['keep', 'take', 'both'] as const) {
        const plan = ask({ theirs, left } as Given, { onConflict });
        expect(plan).toEqual({ actions: [], conflicts: [], excluded: [{ path: 'a', reason }] });
      }
    },
  );

  describe('.git', () => {
    it('Given one that exists now, Then it is named once and never touched', () => {
      const given = {
        theirs: { '.git': folder, '.git/HEAD': old, '.git/x': old, f: old },
        left: { '.git': folder, '.git/HEAD': fresh, '.git/y': fresh, f: fresh },
      };
      const plan = ask(given, { scope: 'workspace', onConflict: 'take' });
      expect(plan).toEqual({
        actions: [{ path: 'f', from: fresh, to: old }],
        conflicts: [],
        excluded: [{ path: '.git', reason: 'git' }],
      });
      expect(ask(given, { paths: ['f'] }).excluded).toEqual([]);
    });

    it.each([
      { scope: 'plan' },
      { scope: 'workspace' },
      { paths: ['.git/HEAD'] },
      { paths: ['.git'] },
    ] as const)('Given one that the plan removed, When %j is asked, Then it is laid out whole', (asked) => {
      const theirs = { '.git': folder, '.git/HEAD': old, '.git/objects': folder, '.git/objects/x': old };
      const given = { theirs, left: {} };
      expect(after(given, ask(given, asked))).toEqual(theirs);
    });

    it('Given one that somebody else removed, Then only scope workspace lays it out', () => {
      const given = { theirs: { '.git': folder, '.git/HEAD': old }, mine: {} };
      expect(ask(given).actions).toEqual([]);
      expect(after(given, ask(given, { scope: 'workspace' }))).toEqual(given.theirs);
    });

    it('Given that its folder was removed by somebody else, Then the answer for the folder counts', () => {
      const given = { theirs: { n: folder, 'n/.git': folder, 'n/.git/HEAD': old }, mine: {} };
      expect(ask(given, { scope: 'workspace' })).toMatchObject({ actions: [], conflicts: [{ path: 'n' }] });
      const taken = ask(given, { scope: 'workspace', onConflict: 'take' });
      expect(after(given, taken)).toEqual(given.theirs);
    });

    it('Given one that is too large to have been stored, Then that is said', () => {
      const large: FileState = { type: 'excluded', reason: 'git', was: 'directory' };
      const plan = ask({ theirs: { '.git': large }, left: {} });
      expect(plan).toEqual({ actions: [], conflicts: [], excluded: [{ path: '.git', reason: 'git' }] });
    });

    it.each(['take', 'keep', 'both'] as const)(
      'Given a repository made after the checkpoint, When %s, Then its folder stays whole',
      (onConflict) => {
        const given = {
          theirs: { f: old, top: old },
          left: {
            f: fresh,
            n: folder,
            'n/.git': folder,
            'n/.git/HEAD': fresh,
            'n/f': fresh,
            top: folder,
            'top/.git': file('gitdir'),
            'top/f': fresh,
          },
        };
        const plan = ask(given, { scope: 'workspace', onConflict });
        expect(plan).toEqual({
          actions: [{ path: 'f', from: fresh, to: old }],
          conflicts: [],
          excluded: [
            { path: 'n', reason: 'git' },
            { path: 'top', reason: 'git' },
          ],
        });
      },
    );

    it('Given a folder of the plan over such a repository, Then it stays too', () => {
      const given = { theirs: {}, left: { p: folder, 'p/f': fresh, 'p/n': folder, 'p/n/.git': folder } };
      const plan = ask(given);
      expect(plan.conflicts).toEqual([{ path: 'p', resolution: 'keep', mine: folder, theirs: null }]);
      expect(after(given, plan)).toEqual({ p: folder, 'p/n': folder, 'p/n/.git': folder });
    });
  });

  describe('a folder of the plan that has to go and holds something that stays', () => {
    const given = {
      theirs: { d: old },
      left: { d: folder, 'd/e': folder, 'd/e/f': fresh },
      mine: { d: folder, 'd/e': folder, 'd/e/f': fresh, 'd/e/theirs': other },
    };

    it('keep: it stays with what is not the plan’s', () => {
      const plan = ask(given);
      expect(plan.conflicts.map(({ path, resolution }) => [path, resolution])).toEqual([
        ['d', 'keep'],
        ['d/e', 'keep'],
      ]);
      expect(after(given, plan)).toEqual({ d: folder, 'd/e': folder, 'd/e/theirs': other });
    });

    it.each(['take', 'both'] as const)('%s: it is moved aside, nothing in it is lost', (onConflict) => {
      const plan = ask(given, { onConflict });
      expect(plan.actions).toEqual([{ path: 'd', from: folder, to: old, aside: 'd.mine' }]);
      expect(plan.conflicts.map(({ path, savedAs }) => [path, savedAs])).toEqual([
        ['d', 'd.mine'],
        ['d/e', 'd.mine/e'],
      ]);
      expect(after(given, plan)).toMatchObject({ d: old, 'd.mine/e/f': fresh, 'd.mine/e/theirs': other });
      expect(exchanged(plan.actions)).toEqual([{ path: 'd', from: old, to: folder, aside: 'd.mine' }]);
    });

    it('take in the whole workspace: it goes with what somebody else put there', () => {
      const plan = ask(given, { onConflict: 'take', scope: 'workspace' });
      expect(after(given, plan)).toEqual({ d: old });
    });

    it('what is unknown in it is no longer named when it goes along', () => {
      const left = { d: folder, 'd/node_modules': excluded };
      expect(ask({ theirs: {}, left })).toMatchObject({
        actions: [],
        excluded: [{ path: 'd/node_modules', reason: 'rule' }],
      });
      expect(ask({ theirs: {}, left }, { onConflict: 'take' })).toMatchObject({
        actions: [{ aside: 'd.mine' }],
        excluded: [],
      });
    });

    it('both, where all of it differs from what the plan left: it is moved aside', () => {
      const found = { theirs: { d: old }, left: { d: link('x') }, mine: { d: folder, 'd/f': other } };
      const plan = ask(found, { onConflict: 'both' });
      expect(after(found, plan)).toEqual({ d: old, 'd.mine': folder, 'd.mine/f': other });
    });
  });

  describe('a folder that is not there for what comes into it', () => {
    const theirs = { d: { ...folder, mode: 0o750 } as FileState, 'd/e': folder, 'd/e/f': old, 'd/g': old };

    it('Given only a path in it is asked for, Then it is made as it was', () => {
      const given = { theirs, left: {} };
      expect(after(given, ask(given, { paths: ['d/e/f'] }))).toEqual({
        d: theirs.d,
        'd/e': folder,
        'd/e/f': old,
      });
    });

    it.each([
      ['keep', []],
      ['take', ['d', 'd/e', 'd/e/f', 'd/g']],
      ['both', ['d', 'd.mine', 'd/e', 'd/e/f', 'd/g']],
    ] as const)(
      'Given a link of somebody in its place, When %s, Then it is a conflict for all below',
      (onConflict, touched) => {
        const given = { theirs, left: {}, mine: { d: link('/') } };
        const plan = ask(given, { onConflict });
        expect(plan.conflicts.map(({ path, resolution }) => [path, resolution])).toEqual([['d', onConflict]]);
        expect(plan.actions.map(({ path }) => path).toSorted()).toEqual(touched);
      },
    );

    it('Given a link that the plan never saw, When only what is below it is asked for, Then it is the conflict', () => {
      const left = { ...theirs, 'd/e/f': fresh };
      const mine = { d: link('/') };
      const plan = ask({ theirs, left, mine }, { paths: ['d/e/f'], choices: new Map([['d/e/f', 'take']]) });
      expect(plan).toMatchObject({ actions: [], conflicts: [{ path: 'd', resolution: 'keep' }] });
      const taken = ask({ theirs, left, mine }, { paths: ['d/e/f'], onConflict: 'take' });
      expect(taken.actions.map(({ path }) => path)).toEqual(['d', 'd/e', 'd/e/f']);
      expect(ask({ theirs, left, mine }).conflicts).toMatchObject([{ path: 'd/e/f', resolution: 'keep' }]);
    });
  });

  it('Given a folder that can’t be written into, Then its opening is part of the actions', () => {
    const closed: FileState = { type: 'directory', mode: 0o555 };
    const plan = ask({
      theirs: { d: closed, 'd/e': folder, 'd/e/f': old },
      left: { d: closed, 'd/e': folder, 'd/e/f': fresh },
    });
    expect(plan.actions).toEqual([
      { path: 'd', from: closed, to: closed },
      { path: 'd/e/f', from: fresh, to: old },
    ]);
  });

  const runs = { numRuns: 3000, seed: 20_261_121 };

  it('never replaces or deletes what is neither base nor given up, and never what is unknown', () => {
    fc.assert(fc.property(stories(true), checkProof), runs);
  });

  it('gives the target on all that was asked for and is no conflict, and leaves the rest', () => {
    fc.assert(fc.property(stories(true), checkResult), runs);
  });

  it('has nothing to do when it was done', () => {
    const again = ({ mine, theirs, question }: Story) => {
      const now = applyActions(
        mine,
        planRestore({ ...question, scope: 'workspace', onConflict: 'take', paths: [] }).actions,
      );
      const plan = planRestore({
        ...question,
        choices: new Map(),
        scope: 'workspace',
        onConflict: 'keep',
        paths: [],
        now,
        differences: differencesOf(now, now),
      });
      expect(plan).toEqual({ actions: [], conflicts: [], excluded: [] });
      expect(theirs).toBeDefined();
    };
    fc.assert(fc.property(stories(true), again), { ...runs, numRuns: 300 });
  });
});

function checkProof({ mine, question }: Story): void {
  const { actions, conflicts } = planRestore(question);
  for (const { path, from, to } of actions) {
    expect(from).toEqual(mine.get(path) ?? null);
    if (from === null || isSameState(from, to)) continue;
    expect(from.type).not.toBe('excluded');
    expect(`/${path}/`).not.toContain('/.git/');
    const known = question.history.get(path);
    const isProven = known !== undefined && isSameState(known.base, from) && (to !== null || known.created);
    const isGivenUp = conflicts.some((conflict) => conflict.path === path && conflict.resolution !== 'keep');
    expect(isProven || isGivenUp).toBe(true);
  }
}

function checkResult({ mine, theirs, question }: Story): void {
  const plan = planRestore(question);
  const result = applyActions(mine, plan.actions);
  const moved = plan.actions.flatMap(({ path, aside }) => (aside === undefined ? [] : [path, aside]));
  const named = [...plan.conflicts.filter(({ resolution }) => resolution === 'keep'), ...plan.excluded].map(
    ({ path }) => path,
  );
  const changes = plan.actions.filter(({ from, to }) => !isSameState(from, to));
  const touched = new Set(changes.map(({ path }) => path));
  for (const { path } of question.differences) {
    if (moved.some((folder) => isWithin(path, folder) && folder !== path)) continue;
    const expected = touched.has(path) ? theirs.get(path) : mine.get(path);
    if (!plan.conflicts.some(({ savedAs }) => savedAs === path)) expect(result.get(path)).toEqual(expected);
    const isAsked =
      (question.scope === 'workspace' || question.history.has(path)) &&
      (question.paths.length === 0 || question.paths.some((wanted) => isWithin(path, wanted)));
    if (!isAsked || named.some((over) => isWithin(path, over)) || isGitOfSomebody(path, question)) continue;
    expect([path, result.get(path)]).toEqual([path, theirs.get(path)]);
  }
  for (const { mine: was, savedAs } of plan.conflicts) {
    if (savedAs !== undefined) expect(result.get(savedAs)).toEqual(was);
  }
}

/** A `.git` that somebody else removed comes back with the whole workspace only. */
function isGitOfSomebody(path: RawPath, { scope, history }: RestoreQuestion): boolean {
  const names = path.split('/');
  const git = names.slice(0, names.indexOf('.git') + 1).join('/');
  return git !== '' && scope === 'plan' && history.get(git)?.base !== null;
}
