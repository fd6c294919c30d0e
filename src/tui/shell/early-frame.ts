import { styleText } from 'node:util';
import type { PlacedLinesProps } from '../panes/placed-lines.tsx';
import { themeFor, type TextStyle, type Theme, type ThemeName } from '../theme.ts';
import {
  BEGIN_FRAME,
  END_FRAME,
  ENTER_ALTERNATE,
  ERASE_BELOW,
  HOME,
  LEAVE_ALTERNATE,
  WRAP_OFF,
  WRAP_ON,
  type ScreenSize,
} from './screen-output.ts';

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';

export interface EarlyTerminal {
  readonly stdin: Pick<NodeJS.ReadStream, 'setRawMode'>;
  readonly stdout: Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows'>;
}

/**
 * The first frame, drawn by hand: what the screen is drawn with takes longer to load than all that a person waits for. The
 * screen proper takes the terminal over as it is, in the alternate buffer (`FrameOptions.begun`).
 */
export class EarlyFrame {
  readonly #terminal: EarlyTerminal;
  readonly #colour: boolean;
  #isShown = false;

  /** @param colour false: no colours and no attributes at all */
  constructor(terminal: EarlyTerminal, colour: boolean) {
    this.#terminal = terminal;
    this.#colour = colour;
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#terminal.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  /** Takes the terminal and draws. What is typed waits for the screen proper. */
  draw(parts: readonly PlacedLinesProps[], themeName: ThemeName): void {
    const { stdin, stdout } = this.#terminal;
    stdin.setRawMode(true);
    this.#isShown = true;
    const theme = themeFor(this.#colour, themeName);
    const rows = parts.map((part) => textOf(part, theme)).join('');
    stdout.write(
      ENTER_ALTERNATE + BEGIN_FRAME + WRAP_OFF + HOME + ERASE_BELOW + HIDE_CURSOR + rows + END_FRAME,
    );
  }

  /** Gives the terminal back where the screen proper can't come. */
  leave(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    const { stdin, stdout } = this.#terminal;
    stdout.write(SHOW_CURSOR + WRAP_ON + LEAVE_ALTERNATE);
    stdin.setRawMode(false);
  }
}

function textOf({ rect, lines, selected = -1, sides = 0 }: PlacedLinesProps, theme: Theme): string {
  const texts = lines.slice(0, rect.height).map((line, row) => {
    const isTurned = (index: number): boolean =>
      row === selected && theme.inverse && index >= sides && index < line.length - sides;
    const spans = line.map(({ text, tone }, index) =>
      styled(text, isTurned(index) ? ['inverse'] : stylesOf(theme.styles[tone])),
    );
    return `\u001B[${rect.y + row + 1};${rect.x + 1}H${spans.join('')}`;
  });
  return texts.join('');
}

type Style = Parameters<typeof styleText>[0];

const styled = (text: string, styles: readonly string[]): string =>
  styles.length === 0 ? text : styleText(styles as Style, text, { validateStream: false });

const stylesOf = ({ color, bold, dimColor }: TextStyle): readonly string[] => [
  ...(bold ? ['bold'] : []),
  ...(dimColor ? ['dim'] : []),
  ...(color === undefined ? [] : [color]),
];
