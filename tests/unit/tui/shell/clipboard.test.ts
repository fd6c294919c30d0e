import { expect, it } from 'vitest';
import { CLIPBOARD_BYTES, copiedText, copyOf } from '../../../../src/tui/shell/clipboard.ts';

const contentOf = (sequence: string): string =>
  Buffer.from(/\]52;c;([^\u0007]*)\u0007/.exec(sequence)?.[1] as string, 'base64').toString();

it('Given a text, then the terminal is told to copy it, and how much that is', () => {
  const copied = copyOf('één\ntwee', false);
  expect(copied.sequence).toBe(`\u001B]52;c;${Buffer.from('één\ntwee').toString('base64')}\u0007`);
  expect(copiedText(copied)).toBe('copied 2 lines, 10 bytes');
  expect(copiedText(copyOf('x', false))).toBe('copied 1 line, 1 bytes');
});

it('Given tmux, then it is told too to hand it on', () => {
  const { sequence } = copyOf('x', true);
  expect(sequence).toBe('\u001B]52;c;eA==\u0007\u001BPtmux;\u001B\u001B]52;c;eA==\u0007\u001B\\');
});

it.each([
  [CLIPBOARD_BYTES, 1],
  [CLIPBOARD_BYTES + 1, 0],
])('Given one line of %i bytes, then %i are copied', (bytes, lines) => {
  expect(copyOf('x'.repeat(bytes), false).lines).toBe(lines);
});

it('Given more than terminals take, then whole lines are copied, and the rest is told', () => {
  const copied = copyOf(Array.from({ length: 2000 }, () => 'x'.repeat(99)).join('\n'), false);
  expect(contentOf(copied.sequence)).toHaveLength(73_999);
  expect(copiedText(copied)).toBe('copied the first 740 lines of 2,000, 74.0 kB: terminals take no more');
});
