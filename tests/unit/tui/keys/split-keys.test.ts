import { describe, expect, it } from 'vitest';
import { splitKeys } from '../../../../src/tui/keys/split-keys.ts';
import type { InkKey } from '../../../../src/tui/keys/key-press.ts';

const names = (input: string, key: InkKey = {}) => splitKeys(input, key).map(({ name }) => name);

describe('the keys of one event', () => {
  it.each<[string, InkKey, string[]]>([
    ['j', {}, ['j']],
    ['J', { shift: true }, ['J']],
    [' ', {}, ['space']],
    ['', { upArrow: true }, ['up']],
    ['', { downArrow: true }, ['down']],
    ['', { leftArrow: true }, ['left']],
    ['', { rightArrow: true }, ['right']],
    ['', { pageUp: true }, ['pageup']],
    ['', { pageDown: true }, ['pagedown']],
    ['', { home: true }, ['home']],
    ['', { end: true }, ['end']],
    ['\r', { return: true }, ['enter']],
    ['\t', { tab: true }, ['tab']],
    ['', { tab: true, shift: true }, ['shift-tab']],
    ['', { backspace: true }, ['backspace']],
    ['', { delete: true }, ['delete']],
    ['', { escape: true }, ['esc']],
    ['d', { ctrl: true }, ['ctrl-d']],
    ['D', { ctrl: true }, ['ctrl-d']],
    [' ', { ctrl: true }, ['ctrl-space']],
    ['', { ctrl: true }, []],
    ['', {}, []],
    // One chunk, without flags: what fast fingers, tmux and ssh make of several keys.
    ['\tjj', {}, ['tab', 'j', 'j']],
    ['\r\r', {}, ['enter', 'enter']],
    ['ab\r', {}, ['a', 'b', 'enter']],
    ['j\n', {}, ['j', 'enter']],
    ['a\r\nb', {}, ['a', 'enter', 'b']],
    ['j\x04k', {}, ['j', 'ctrl-d', 'k']],
    ['q\x03', {}, ['q', 'ctrl-c']],
    ['x\b\x7f', {}, ['x', 'backspace', 'backspace']],
    ['j\x1bk', {}, ['j', 'esc', 'k']],
    ['a\x00b\x1cc', {}, ['a', 'ctrl-@', 'b', 'ctrl-\\', 'c']],
    // Esc and another key at once are what a terminal also sends for Alt.
    ['q', { meta: true }, ['esc', 'q']],
    ['', { escape: true, meta: true }, ['esc', 'esc']],
    ['\r', { return: true, meta: true }, ['esc', 'enter']],
    ['', { upArrow: true, meta: true }, ['up']],
  ])('%j with %j is %j', (input, key, expected) => {
    expect(names(input, key)).toEqual(expected);
  });

  it('keeps what is seen as one character together, and what it writes', () => {
    const family = '👩‍👩‍👧';
    expect(splitKeys(`é${family}ß `, {})).toEqual([
      { name: 'é', text: 'é' },
      { name: family, text: family },
      { name: 'ß', text: 'ß' },
      { name: 'space', text: ' ' },
    ]);
  });

  it('gives no text to keys that write nothing', () => {
    expect(splitKeys('\t\r\x04', {}).map(({ text }) => text)).toEqual(['', '', '']);
    expect(splitKeys('', { upArrow: true })).toEqual([{ name: 'up', text: '' }]);
  });
});
