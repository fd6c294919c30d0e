import { describe, expect, it } from 'vitest';
import {
  bindKeys,
  findBindingFaults,
  isBindable,
  type KeyBindings,
} from '../../../../src/tui/keys/bind-keys.ts';
import { KeyMap } from '../../../../src/tui/keys/find-key.ts';
import { hintLine } from '../../../../src/tui/keys/hint-line.ts';
import { helpLines } from '../../../../src/tui/keys/key-help.ts';
import { noKeyText } from '../../../../src/tui/keys/key-places.ts';
import { KEY_TABLE } from '../../../../src/tui/keys/key-table.ts';

const PLAN = ['plan', 'list', 'global', 'always'] as const;
const textOf = (line: readonly { text: string }[]): string => line.map(({ text }) => text).join('');
const messages = (bindings: KeyBindings): readonly string[] =>
  findBindingFaults(bindings).map(({ message }) => message);

describe('bound keys', () => {
  it('Given a binding, then dispatch, hint line and help all have the new key and not the old one', () => {
    const keys = new KeyMap(bindKeys({ pause: 'Z', rollback: ['f5', 'b'], undo: [] }));
    expect(keys.find(PLAN, 'Z')?.action).toBe('pause');
    expect(keys.find(PLAN, 'p')).toBeNull();
    expect(keys.find(PLAN, 'u')).toBeNull();
    expect(textOf(hintLine(PLAN, 200, undefined, keys))).toMatch(/ F5 roll back .*Z pause/);
    const help = helpLines(PLAN, '', keys).map(textOf).join('\n');
    expect(help).toMatch(/^ {2}Z +pause at the next safe point/m);
    expect(help).not.toMatch(/undo the last rollback/);
  });

  it('Given an action that is valid in several places, then it has the new key in each of them', () => {
    const keys = new KeyMap(bindKeys({ 'move-down': 'down' }));
    expect(keys.find(PLAN, 'j')).toBeNull();
    expect(keys.find(['home', 'always'], 'j')).toBeNull();
    expect(keys.find(['quit', 'dialog', 'always'], 'down')?.action).toBe('move-down');
  });

  it.each<[string, KeyBindings, readonly string[]]>([
    ['nothing', {}, []],
    ['a free key', { pause: 'Z' }, []],
    ['keys that change their places', { pause: 's', stop: 'p' }, []],
    ['a key of another screen', { pause: 'D' }, []],
    ['the keys as they are', { 'move-last': ['G', 'end'] }, []],
    ['a letter beyond ASCII', { pause: 'é' }, []],
    ['an unknown action', { zzz: 'Z' }, ['is for "zzz", which is no action (docs/keys.md has the names)']],
    [
      'a typed name',
      { toString: 'Z' },
      ['is for "toString", which is no action (docs/keys.md has the names)'],
    ],
    ['an action of a dialog', { choose: 'Z' }, ['is for choose, whose keys stay as they are']],
    ['the way out', { interrupt: 'Z' }, ['is for interrupt, whose keys stay as they are']],
    ['a key that is taken', { pause: 'q' }, ['is taken by quit (leave; asks first while your plan runs)']],
    [
      'a key that an inner place has',
      { pause: 'l' },
      ['is taken by unfold (unfold, or go to its first part)'],
    ],
    [
      'one key for two',
      { pause: 'Z', stop: 'Z' },
      [
        'is taken by stop (end the running tool; its step is pending again)',
        'is taken by pause (pause at the next safe point; if it is paused, resume)',
      ],
    ],
    ['what the terminal keeps', { pause: 'ctrl-s' }, ["can't be bound: it is kept by the terminal"]],
    ['what is another key', { pause: 'ctrl-m' }, ["can't be bound: it is the same as enter to a terminal"]],
    [
      'two characters',
      { pause: 'pp' },
      ['is no key: a character, or a name such as ctrl-d, pagedown, space, f2'],
    ],
    ['a blank', { pause: ' ' }, ['is no key: a character, or a name such as ctrl-d, pagedown, space, f2']],
    [
      'nothing at all',
      { pause: '' },
      ['is no key: a character, or a name such as ctrl-d, pagedown, space, f2'],
    ],
  ])('Given %s, then its faults are told', (_, bindings, faults) => {
    expect(messages(bindings)).toEqual(faults);
  });

  it('Given a key that only a dialog has, then an action that is valid in dialogs can not have it', () => {
    expect(messages({ 'move-up': 'm' })).toEqual([expect.stringMatching(/^is taken by /)]);
  });

  it('Given a fault in a list, then its place is that of the key', () => {
    expect(findBindingFaults({ pause: ['Z', 'q'] }).map(({ path }) => path)).toEqual([['pause', 1]]);
    expect(findBindingFaults({ pause: 'q' }).map(({ path }) => path)).toEqual([['pause']]);
  });

  it('Given the table as it is, then binding every action to its own keys is no fault', () => {
    const own = new Map<string, Set<string>>();
    for (const { action, keys } of KEY_TABLE.filter((row) => isBindable(row.action)))
      own.set(action, new Set([...(own.get(action) ?? []), ...keys]));
    for (const [action, keys] of own) {
      const isOneRow = KEY_TABLE.filter((row) => row.action === action).length === 1;
      if (isOneRow && !keys.has('esc'))
        expect([action, messages({ [action]: [...keys] })]).toEqual([action, []]);
    }
  });
});

describe('a key that does nothing here', () => {
  const keys = new KeyMap(KEY_TABLE);
  it.each([
    ['D', PLAN, 'D does nothing here; at home: delete the plan for good; asks first'],
    [
      'b',
      ['home', 'always'] as const,
      'b does nothing here; on the screen of a plan: roll back to the selected checkpoint; shows what that does, and asks',
    ],
    [
      'space',
      PLAN,
      'Space does nothing here; in the checkpoints: mark as A, that others are compared with; again: no mark',
    ],
    ['Z', PLAN, 'no key Z here; ? shows the keys'],
    ['\u001B', PLAN, 'no key \\x1b here; ? shows the keys'],
  ])('Given %s, then it says where it would do something', (key, scopes, text) => {
    expect(noKeyText(keys, key, scopes)).toBe(text);
  });

  it('Given no key for the list of keys, then it is not named', () => {
    const bound = new KeyMap(bindKeys({ help: [] }));
    expect(noKeyText(bound, 'Z', PLAN)).toBe('no key Z here');
  });
});
