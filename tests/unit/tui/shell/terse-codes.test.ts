import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { TerseCodes } from '../../../../src/tui/shell/terse-codes.ts';

const ESC = '\u001B[';
const codes = (text: string): string => text.replaceAll('<', ESC).replaceAll('>', 'm');

describe('the same with fewer codes', () => {
  it.each([
    ['no codes', 'abc', 'abc'],
    ['on and off again', '<36><39>a', 'a'],
    ['a colour', '<36>a<39>b', '<36>a<39>b'],
    ['what a row left out', '<36><39><1><22><2><22><32>a<39>', '<32>a<39>'],
    ['one colour after the other', '<36><39><32>a', '<32>a'],
    ['what is in force already', '<36>a<36>b<39>', '<36>ab<39>'],
    ['bold, then dim', '<1>a<22><2>b<22>', '<1>a<22><2>b<22>'],
    ['dim within bold', '<1>a<2>b<22><1>c', '<1>a<2>b<22><1>c'],
    ['bold and dim, on and off', '<1>a<2><22>b', '<1>a<22>b'],
    ['everything off', '<1;36;44>a<0>b', '<1><36><44>a<22><39><49>b'],
    ['an empty code', '<7>a<>b', '<7>a<27>b'],
    ['many colours', '<38;5;9><39><38;2;1;2;3>a<48;5;17>b<49>', '<38;2;1;2;3>a<48;5;17>b<49>'],
    ['bright ones', '<91><39><101>a<49>', '<101>a<49>'],
    ['other styles', '<3><4><9>a<23><24><29>b', '<3><4><9>a<23><24><29>b'],
    ['a code that nobody knows', '<36><53><39>a', '<36><53><39>a'],
  ])('%s', (_what, text, short) => {
    expect(new TerseCodes().shorten(codes(text))).toBe(codes(short));
  });

  it('Given what is in force at the end of a text, then the next text goes on from there', () => {
    const terse = new TerseCodes();
    expect(terse.shorten(codes('<36>a'))).toBe(codes('<36>a'));
    expect(terse.shorten(codes('<36>b<39>'))).toBe(codes('b<39>'));
  });

  it('Given rows that are left out, then they are one move', () => {
    expect(new TerseCodes().shorten(`${ESC}E${ESC}E${ESC}Ea${ESC}E`)).toBe(`${ESC}3Ea${ESC}E`);
  });
});

/** What a terminal shows, every cell with its style. */
async function shown(text: string): Promise<readonly string[]> {
  const terminal = new headless.Terminal({ cols: 40, rows: 4, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const cells = Array.from({ length: 160 }, (_, at) => {
    const cell = terminal.buffer.active.getLine(Math.floor(at / 40))?.getCell(at % 40);
    const styles = [cell?.isBold(), cell?.isDim(), cell?.isItalic(), cell?.isUnderline(), cell?.isInverse()];
    const colours = [cell?.getFgColorMode(), cell?.getFgColor(), cell?.getBgColorMode(), cell?.getBgColor()];
    return [cell?.getChars(), ...styles, cell?.isStrikethrough(), ...colours].join(' ');
  });
  terminal.dispose();
  return cells;
}

const SOME = ['0', '', '1', '2', '22', '3', '23', '4', '24', '7', '27', '9', '29', '31', '36', '39', '1;36'];
const MORE = ['42', '49', '94', '103', '38;5;200', '48;5;17', '38;2;9;8;7', '48;2;1;2;3', '0;1;2'];

it('Given any codes in any order, then a terminal shows the same', async () => {
  const all = [...SOME, ...MORE];
  // Numbers that look like chance and are the same every time.
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 60; round += 1) {
    const pieces = Array.from({ length: 60 }, () =>
      next(3) === 0 ? `x${ESC}${next(2) === 0 ? 'K' : 'E'}` : `${ESC}${all[next(all.length)]}m`,
    );
    const text = pieces.join('');
    const short = new TerseCodes().shorten(text);
    expect(await shown(short)).toEqual(await shown(text));
  }
});
