import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { splitKeys } from '../../../../src/tui/keys/split-keys.ts';
import { keyboardThrough, withFKeys } from '../../../../src/tui/shell/keyboard.ts';
import { MouseReports } from '../../../../src/tui/shell/mouse-reports.ts';

const namesOf = (typed: string): readonly string[] => splitKeys(withFKeys(typed), {}).map(({ name }) => name);

it.each([
  ['\u001BOP', ['f1']],
  ['\u001BOS', ['f4']],
  ['\u001B[[A\u001B[[E', ['f1', 'f5']],
  ['\u001B[11~\u001B[15~\u001B[17~\u001B[24~', ['f1', 'f5', 'f6', 'f12']],
  ['j\u001BOPk', ['j', 'f1', 'k']],
])('Given the bytes %j of F-keys, then they are keys of that name', (typed, names) => {
  expect(namesOf(typed)).toEqual(names);
});

it('Given other sequences, then they stay as they are', () => {
  const typed = '\u001B[A\u001B[3~\u001B[200~x\u001B[201~\u001B';
  expect(withFKeys(typed)).toBe(typed);
});

it('Given a keyboard, then what is read is what was typed, the mouse is told in between, and nothing else changes', () => {
  const source = new Readable({ read: () => undefined });
  const told: unknown[] = [];
  const keyboard = keyboardThrough(source as unknown as NodeJS.ReadStream, {
    split: new MouseReports().split,
    onPointed: (pointed) => told.push(...pointed.map(({ what, x, y }) => [what, x, y])),
  });
  source.push('\u001B[<0;3;4m');
  source.push('a\u001B[<0;3;4Mb\u001BOP');
  expect(keyboard.read()).toBe('a');
  expect(told).toEqual([]);
  expect(keyboard.read()).toBe('b\uf704');
  expect(told).toEqual([['press', 2, 3]]);
  expect(keyboard.read()).toBeNull();
  expect(keyboard.listenerCount('readable')).toBe(0);
  expect(keyboard.readableEncoding).toBeNull();
});
