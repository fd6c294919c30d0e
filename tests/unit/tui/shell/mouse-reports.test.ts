import { expect, it } from 'vitest';
import { MouseReports, type InputPiece } from '../../../../src/tui/shell/mouse-reports.ts';

const report = (button: number, x: number, y: number, end = 'M'): string =>
  `\u001B[<${button};${x};${y}${end}`;

const spoken = (piece: InputPiece): string =>
  typeof piece === 'string' ? piece : piece.map(({ what, x, y }) => `<${what} ${x},${y}>`).join('');

const piecesOf = (...chunks: readonly string[]): readonly string[] => {
  const { split } = new MouseReports();
  return chunks.flatMap((chunk) => split(chunk).map(spoken));
};

it.each([
  ['a press', [report(0, 1, 1)], ['<press 0,0>']],
  ['a press with Ctrl', [report(16, 250, 80)], ['<press 249,79>']],
  ['a press and its end', [report(0, 2, 3) + report(0, 2, 3, 'm')], ['<press 1,2>']],
  [
    'the wheel, fast',
    [report(64, 5, 6) + report(64, 5, 6) + report(65, 5, 6)],
    ['<wheel-up 4,5><wheel-up 4,5><wheel-down 4,5>'],
  ],
  [
    'other buttons, moves, and a wheel to the side',
    [report(1, 1, 1) + report(2, 1, 1) + report(35, 1, 1) + report(66, 1, 1)],
    [],
  ],
  ['keys around it', [`jk${report(0, 1, 1)}\r`], ['jk', '<press 0,0>', '\r']],
  ['a report in two chunks', ['j\u001B[<0;1', '2;7Mk'], ['j', '<press 11,6>', 'k']],
  ['a report in three chunks', ['\u001B[<', '0;1;', '1M'], ['<press 0,0>']],
  ['Esc and arrows', ['\u001B', '\u001B[A\u001B[', 'B'], ['\u001B', '\u001B[A\u001B[', 'B']],
  ['what only looks like one', ['\u001B[<0;1;1x'], ['\u001B[<0;1;1x']],
  ['a beginning without an end', [`\u001B[<${'1'.repeat(40)}`], [`\u001B[<${'1'.repeat(40)}`]],
  ['nothing', [''], []],
])('Given %s, then it is parted like that', (_, chunks, pieces) => {
  expect(piecesOf(...chunks)).toEqual(pieces);
});
