import { describe, expect, it } from 'vitest';
import { quoteWord, splitLine, wordsAtEnd } from '../../../src/domain/command-words.ts';

const texts = (line: string): readonly string[] => splitLine(line).map(({ text }) => text);

describe('the words of a line', () => {
  it.each([
    ['', []],
    ['   ', []],
    ['plan list', ['plan', 'list']],
    ['  plan   list ', ['plan', 'list']],
    ["label 'before lunch'", ['label', 'before lunch']],
    ['label "before lunch"', ['label', 'before lunch']],
    [String.raw`before\ lunch`, ['before lunch']],
    [String.raw`"say \"hi\" \\ \n"`, [String.raw`say "hi" \ \n`]],
    [`a'b c'"d e"f`, ['ab cd ef']],
    ["'not closed", ['not closed']],
    ['"not closed', ['not closed']],
    ["''", ['']],
    ['ends\\', ['ends']],
    ["it's two", ['its two']],
  ])('%j', (line, words) => {
    expect(texts(line)).toEqual(words);
  });

  it('know where they begin', () => {
    expect(splitLine(`a  'b c' d`).map(({ from }) => from)).toEqual([0, 3, 9]);
  });
});

describe('the word at the end', () => {
  it.each([
    ['', '', 0],
    ['plan', 'plan', 0],
    ['plan ', '', 5],
    ['plan li', 'li', 5],
    ["label 'be lu", 'be lu', 6],
    ["label 'be ", 'be ', 6],
    ["label 'be'", 'be', 6],
    ['a\\ ', 'a ', 0],
  ])('of %j is %j, from %d', (line, text, from) => {
    expect(wordsAtEnd(line).at(-1)).toEqual({ text, from });
  });
});

describe('a text as one word', () => {
  it.each(['list', 'before lunch', "it's", `both ' and "`, '', 'a\\b', 'tab\there', '--label=x'])(
    '%j is read as it was',
    (text) => {
      expect(texts(quoteWord(text))).toEqual([text]);
    },
  );

  it('is left alone where it needs no quotes', () => {
    expect(quoteWord('--set=a:b')).toBe('--set=a:b');
  });
});
