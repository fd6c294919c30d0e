import { describe, expect, it } from 'vitest';
import type { InkKey } from '../../../../src/tui/keys/key-press.ts';
import { reachableRows } from '../../../../src/tui/keys/find-key.ts';
import type { PlanActionId } from '../../../../src/tui/keys/key-row.ts';
import { splitKeys } from '../../../../src/tui/keys/split-keys.ts';
import { scopesOf } from '../../../../src/tui/ui/scopes-of.ts';
import { stepUi } from '../../../../src/tui/ui/step-ui.ts';
import { openCompensation } from '../../../support/fake-rollbacks.ts';
import { SETTINGS, Stage, previewed, waitingFor } from './ui-stage.ts';

const waiting = [waitingFor('T1', 'yes', 'no'), waitingFor('T3', 'a', 'b', 'c'), SETTINGS];

/** A stage in each set of scopes, where every key has something to do. */
const PLACES: Readonly<Record<string, () => Stage>> = {
  plan: () => Stage.begin({ waiting }),
  checkpoints: () => Stage.begin({ waiting }).press('2'),
  detail: () => Stage.begin({ waiting }).press('3/line 9\r'),
  help: () => Stage.begin({ rows: 12 }).press('?j'),
  triggers: () => Stage.begin().press('Tj'),
  decision: () => Stage.begin({ waiting }).press('aj'),
  settings: () => Stage.begin({ waiting: [SETTINGS] }).press('a'),
  quit: () => Stage.begin().press('q'),
  stop: () => Stage.begin().press('s'),
  cancel: () => Stage.begin().press('X'),
  'a label of a checkpoint being typed': () => Stage.begin().press('Rgood<left>'),
  fork: () => Stage.begin().press('2jFj'),
  'a fork that was made': () =>
    Stage.begin().send({ kind: 'work-ended', tone: 'good', text: 'forked', forked: 'p2' }),
  'compensations that are offered': () =>
    Stage.begin()
      .send({
        kind: 'work-ended',
        tone: 'good',
        text: 'back',
        offered: [openCompensation(2), openCompensation(1)],
      })
      .press('j'),
  'a look at a rollback': () => Stage.begin().press('2jb'),
  'a rollback': () => previewed('j'),
  'the paths of a rollback': () => previewed('ljj'),
  'the conflicts of a rollback': () => previewed('cj'),
  'the patch of a path': () => previewed('ld<pagedown>'),
  'the number being typed': () => previewed('y12<left>'),
  'a folder being typed': () => Stage.begin().press('Fi<left>'),
  'the past': () => Stage.begin().press('2j'),
  'a filter being typed': () => Stage.begin().press('/T1'),
  'a label being typed': () => Stage.begin().press('Cbefore lunch<left>'),
  'a command being typed': () =>
    Stage.begin()
      .press(':l')
      .send({ kind: 'history-read', lines: ['list', 'list --all-workspaces'] })
      .press('<up><up><left>')
      .send({ kind: 'completed', line: '', found: { from: 0, candidates: [] } }),
  'what a command said': () =>
    Stage.begin()
      .press(':list\r')
      .send({ kind: 'command-said', output: 'line\n'.repeat(100) })
      .press('<ctrl-u>'),
  'an answer being typed': () =>
    Stage.begin({ waiting: [waitingFor('T1'), ...waiting] }).press('aforty two<left>'),
};

/** The bytes that a terminal sends where they come inside a chunk; null: always an event of its own. */
function bytesOf(key: string): string | null {
  const known: Readonly<Record<string, string>> = {
    tab: '\t',
    enter: '\r',
    esc: '\x1b',
    space: ' ',
    backspace: '\x7f',
    f1: '\uf704',
  };
  if (key.startsWith('ctrl-')) return String.fromCharCode(key.charCodeAt(5) - 96);
  return known[key] ?? (key.length === 1 ? key : null);
}

const FLAGS: Readonly<Record<string, InkKey>> = {
  up: { upArrow: true },
  down: { downArrow: true },
  left: { leftArrow: true },
  right: { rightArrow: true },
  pageup: { pageUp: true },
  pagedown: { pageDown: true },
  home: { home: true },
  end: { end: true },
  delete: { delete: true },
  'shift-tab': { tab: true, shift: true },
};

const CASES = Object.entries(PLACES).flatMap(([place, begin]) =>
  reachableRows(scopesOf(begin().ui)).flatMap(({ row, keys }) =>
    keys.map((key) => ({ place, key, action: row.action, begin })),
  ),
);

describe('every key of the table, in every scope', () => {
  it.each(CASES)('$place: $key is $action', ({ begin, key, action }) => {
    const stage = begin();
    const bytes = bytesOf(key);
    const [press, ...more] = splitKeys(bytes ?? '', FLAGS[key] ?? {});
    expect(press?.name).toBe(key);
    expect(more).toEqual([]);
    if (!press) return;
    const step = stepUi(stage.ui, press, stage.context());
    const byAction =
      action === 'choose-number'
        ? step
        : stepUi(stage.ui, { action: action as PlanActionId }, stage.context());
    expect(step).toEqual(byAction);
    // Every key is answered: by what is shown, by something that is done, or by why there is nothing.
    expect(step.state !== stage.ui || step.effects.length > 0).toBe(true);
  });

  it.each(CASES.filter(({ key }) => bytesOf(key) !== null))(
    '$place: $key between others in one chunk',
    ({ begin, key }) => {
      const alone = begin().press('\x0c').send({ kind: 'resized' });
      for (const press of splitKeys(bytesOf(key) ?? '', {})) alone.pressNamed(press);
      const inChunk = begin().press(`\x0c${bytesOf(key)}`);
      expect(inChunk.ui).toEqual(alone.ui);
      expect(inChunk.effects).toEqual(alone.effects);
    },
  );
});

describe('keys that nobody has given a meaning', () => {
  it('are named in a list', () => {
    const stage = Stage.begin().press('z');
    expect(stage.toast).toBe('no key z here; ? shows the keys');
    expect(Stage.begin().press('2').press('<ctrl-v>').toast).toBe('no key Ctrl-V here; ? shows the keys');
  });

  it('are shown, not acted upon by the terminal', () => {
    expect(Stage.begin().press('\u009b').toast).toBe('no key \\x9b here; ? shows the keys');
  });

  it.each(['?', 'T', 'q'])('say nothing elsewhere (after %s)', (keys) => {
    expect(Stage.begin().press(keys).press('z').toast).toBeNull();
  });
});
