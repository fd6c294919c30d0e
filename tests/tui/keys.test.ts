import { ConflictError } from '../../src/domain/errors.ts';
import { describe, expect, it } from 'vitest';
import { KEY_TABLE } from '../../src/tui/keys/key-table.ts';
import type { KeyScope } from '../../src/tui/keys/key-row.ts';
import type { FakePlan } from '../support/fake-plan.ts';
import { openCompensation } from '../support/fake-rollbacks.ts';
import { keyBytes } from '../support/key-bytes.ts';
import { OpenPlan } from '../support/open-plan.ts';
import { releaseNotes } from '../support/release-notes-plan.ts';

/** Enough of everything that there is something above and below what is selected. */
function longPlan(plan: FakePlan): void {
  releaseNotes(plan);
  for (let index = 0; index < 60; index += 1) {
    plan.checkpointed('interval');
    plan.add('note.added', { text: `note ${index} ${'is long '.repeat(30)}`, step_id: 'T1' });
  }
  plan.waits('T10', 'What shall the tag be?', []);
}

/** A step that changed the settings, beside all the rest. */
function meddledPlan(plan: FakePlan): void {
  plan.created('demo', ['T1', 'T2']).runs().begins('T1');
  const error = { code: 'config_changed_by_step', message: 'step T1 changed .agentsrc', hint: 'look at it' };
  plan.add('config.changed', { changes: [], error });
}

/** Going back would change much, and somebody else was there too. */
function goesFarBack({ files, rollbacks }: FakePlan): void {
  const text = (word: string) => files.state(`${word}\n`.repeat(100));
  const names = Array.from({ length: 60 }, (_, index) => `file-${index}`);
  rollbacks.impact = {
    actions: names.map((path) => ({ path, from: text('mine'), to: text('theirs') })),
    conflicts: names.map((path) => ({
      path: `their-${path}`,
      resolution: 'keep',
      mine: text('mine'),
      theirs: text('theirs'),
    })),
    damaged: ['broken'],
  };
}

/** Those of the home screen have tests of their own. */
type PlanScope = Exclude<KeyScope, 'home' | 'form' | 'run' | 'delete'>;
const isOfPlan = (scope: KeyScope): scope is PlanScope => scope in WAYS;

/** What is pressed to get to a place where the keys of a scope are valid and have something to do. */
const WAYS: Readonly<Record<PlanScope, readonly string[]>> = {
  plan: ['g', 'j', 'j', 'j'],
  list: ['g', 'j', 'j', 'j'],
  checkpoints: ['2', 'g', 'j', 'j', 'j'],
  detail: ['g', 'j', 'j', 'j', '3', 'g', 'ctrl-d'],
  global: ['g', 'j', 'j', 'j', '2', 'g', 'j', 'j', 'space', 'j', '+', '1', '[', ']'],
  always: ['g', 'j'],
  input: ['/', 'a', 'b', 'left'],
  answer: ['a', 'tab'],
  decision: ['a', 'j', 'k'],
  settings: ['a'],
  quit: ['q'],
  stop: ['s'],
  cancel: ['X'],
  rollback: ['2', 'j', 'b', 'wait', 'j'],
  paths: ['2', 'j', 'b', 'wait', 'l', 'j', 'j', 'ctrl-d'],
  conflicts: ['2', 'j', 'b', 'wait', 'c', 'j', 'j', 'ctrl-d', 't', 'wait'],
  patch: ['2', 'j', 'b', 'wait', 'l', 'd', 'wait', 'ctrl-d'],
  fork: ['2', 'j', 'F'],
  forked: ['2', 'j', 'F', 'y', 'wait'],
  compensate: ['2', 'j', 'b', 'wait', 'y', 'wait', 'j'],
  failure: ['p'],
  triggers: ['T', 'j'],
  help: ['?', 'j', 'j', 'ctrl-d'],
  dialog: ['T', 'j'],
  command: [':', 'l', 'tab', 'tab'],
  output: [':', 'l', 'i', 's', 't', 'enter', 'wait', 'ctrl-d'],
};

/** Keys that need another way. */
const OTHER_WAYS: Readonly<Record<string, readonly string[]>> = {
  'list J': ['g', 'j', 'j', 'j', 'K', 'K'],
  'plan end': ['g'],
  'plan !': ['g'],
  'plan @': ['g'],
  'global n': ['g', 'j', 'j', 'j', '3', '/', 'n', 'o', 't', 'e', 'enter'],
  'global N': ['g', 'j', 'j', 'j', '3', '/', 'n', 'o', 't', 'e', 'enter'],
  'global esc': ['+'],
  'global 1': ['2'],
  'input end': ['/', 'a', 'b', 'left', 'left'],
  'input ctrl-e': ['/', 'a', 'b', 'left', 'left'],
  'global v': ['2', 'j'],
  'conflicts t': ['2', 'j', 'b', 'wait', 'c', 'j'],
  'decision k': ['a', 'j'],
  'decision up': ['a', 'j'],
  'decision 1': ['a', 'j'],
  'command ctrl-n': [':', 'up', 'up'],
  'command down': [':', 'up', 'up'],
  'command up': [':'],
  'command ctrl-p': [':'],
};

const cases = KEY_TABLE.flatMap(({ action, keys, scopes }) =>
  scopes.filter(isOfPlan).flatMap((scope) => keys.map((key) => ({ scope, key, action }))),
);

async function openAt(scope: PlanScope, key: string): Promise<OpenPlan> {
  const open = new OpenPlan({ history: scope === 'settings' ? meddledPlan : longPlan });
  await open.settle();
  goesFarBack(open.plan);
  if (scope === 'compensate')
    open.plan.rollbacks.impact = { compensations: [openCompensation(2), openCompensation(1)] };
  if (scope === 'failure')
    open.plan.refusal = new ConflictError('held', 'it is held', { nextSteps: ['a', 'b'] });
  await open.pass(6000);
  const way = OTHER_WAYS[`${scope} ${key}`] ?? WAYS[scope];
  open.commandLine.lines = ['errors', 'tree'];
  open.commandLine.words = ['list', 'label', 'lists'];
  open.commandLine.onStart = (command) => command.finish(0, 'line\n'.repeat(200));
  for (const keys of way.join(' ').split(' wait ')) {
    const chunk = keys.split(' ').filter((key) => key !== 'wait');
    await open.type(chunk.map(keyBytes).join(''));
    await open.settle();
    await open.pass(6000);
  }
  return open;
}

/** Digits beyond the options have nothing to go to. */
const isBeyond = ({ action, key }: { action: string; key: string }): boolean =>
  action === 'choose-number' && Number(key) > 2;

/** Pausing and leaving are two answers, the last one gives the terminal back; work on files tells how far it is. */
const HAS_MORE_ANSWERS = /quit-pause|rollback|undo|fork|compensate/;

/** The plan rests, the command answers, the files have gone back or the fork is made before the second key comes, or after it. */
const ANSWERED_LATER =
  / stop-now$|^command input-accept$|^rollback (choose|roll-back-|leave-damaged)|^fork fork-here$|^compensate (choose|run-|skip-)/;

const isFirstKey = ({ action, scope, key }: (typeof cases)[number]): boolean =>
  cases.find((one) => one.action === action && one.scope === scope)?.key === key;

describe('every key of the table, in every scope', () => {
  it.each(cases.filter((one) => !isBeyond(one)))(
    '$scope: $key ($action) does something',
    async ({ scope, key, action }) => {
      await using open = await openAt(scope, key);
      const before = open.terminal.text();
      open.terminal.forget();
      await open.press(keyBytes(key));
      const left = await Promise.race([open.shell.done.then(() => true), Promise.resolve(false)]);
      const { frames, isAlternate } = open.terminal;
      expect({ key, seen: frames > 0 || left || !isAlternate, before }).toMatchObject({ key, seen: true });
      expect(frames).toBeLessThanOrEqual(HAS_MORE_ANSWERS.test(`${scope} ${action}`) ? 4 : 2);
      expect(open.terminal.scrolledRows).toBe(0);
    },
  );

  it.each(
    cases
      .filter(isFirstKey)
      .filter(({ action }) => !/suspend|quit|interrupt|rollback|undo|show-patch/.test(action)),
  )('$scope: $key ($action) is the same inside one chunk', async ({ scope, key, action }) => {
    await using apart = await openAt(scope, key);
    await using together = await openAt(scope, key);
    await apart.press(keyBytes(key));
    await apart.press('j');
    await together.press(`${keyBytes(key)}j`);
    await together.pass(100);
    const text = await apart.pass(100);
    expect(together.plan.asked).toEqual(apart.plan.asked);
    if (!ANSWERED_LATER.test(`${scope} ${action}`)) expect(together.terminal.text()).toBe(text);
  });

  it('names keys as the terminal sends them', () => {
    expect(keyBytes('ctrl-d')).toBe('\u0004');
  });
});
