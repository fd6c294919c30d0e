import { Readable, Writable } from 'node:stream';
// CommonJS: its names are reached through the default.
import headless from '@xterm/headless';
import { DARK, pictureOf } from './screen-picture.ts';

/** The keyboard's side of a terminal: what is typed comes out in the chunks it was typed in. */
export class FakeKeyboard extends Readable {
  readonly isTTY = true;
  isRaw = false;

  override _read(): void {
    // Nothing to fetch: `type` pushes.
  }
  setRawMode(on: boolean): this {
    this.isRaw = on;
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** The screen's side: writes reach the emulator, and are kept as they came. */
export class FakeScreen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly writes: string[] = [];
  readonly #onText: (text: string, done: () => void) => void;

  constructor(columns: number, rows: number, onText: (text: string, done: () => void) => void) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.#onText = onText;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const text = String(chunk);
    this.writes.push(text);
    this.#onText(text, done);
  }
}

const DEADLINE_MS = 20_000;
const ENTER_ALTERNATE = '\u001B[?1049h';

/** A terminal in memory with the meaning of a real one: what a program writes is parsed, what is typed reaches it. */
export class ScreenTerminal implements Disposable {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly titles: string[] = [];
  readonly clipboard: string[] = [];
  /** What a window that isn't in front was to show. */
  readonly notices: string[] = [];
  bells = 0;
  isCursorShown = true;
  /** What the program asked for. */
  isWrapping = true;
  #scrolls = 0;
  readonly #keyboard = new FakeKeyboard();
  readonly #screen: FakeScreen;
  readonly #terminal: headless.Terminal;
  #changed = Promise.withResolvers<void>();

  /** `strict`: the screen wraps what is too wide, whatever the program asks for, so that it is seen. */
  constructor(columns = 120, rows = 36, strict = true) {
    const terminal = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: 100,
      convertEol: true,
      allowProposedApi: true,
    });
    this.#terminal = terminal;
    this.#screen = new FakeScreen(columns, rows, (text, done) =>
      terminal.write(text, () => {
        done();
        this.#changed.resolve();
        this.#changed = Promise.withResolvers<void>();
      }),
    );
    this.stdin = this.#keyboard as unknown as NodeJS.ReadStream;
    this.stdout = this.#screen as unknown as NodeJS.WriteStream;
    terminal.onTitleChange((title) => this.titles.push(title));
    terminal.onBell(() => (this.bells += 1));
    terminal.onScroll(() => (this.#scrolls += this.isAlternate ? 1 : 0));
    // A change of buffers is told as a scroll too.
    terminal.buffer.onBufferChange(() => (this.#scrolls -= this.isAlternate ? 1 : 0));
    terminal.parser.registerOscHandler(9, (data) => this.notices.push(data) > 0);
    terminal.parser.registerOscHandler(52, (data) => this.clipboard.push(data) > 0);
    for (const [final, shown] of [
      ['h', true],
      ['l', false],
    ] as const)
      terminal.parser.registerCsiHandler({ prefix: '?', final }, ([mode]) => {
        if (mode === 25) this.isCursorShown = shown;
        if (mode === 7) this.isWrapping = shown;
        return mode === 7 && strict;
      });
  }

  /** Rows that were pushed off the screen while the alternate buffer was shown: a frame too tall or too wide. */
  get scrolledRows(): number {
    return this.#scrolls;
  }
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }
  get isRaw(): boolean {
    return this.#keyboard.isRaw;
  }
  /** Pastes come with marks around them. */
  get isPasteBracketed(): boolean {
    return this.#terminal.modes.bracketedPasteMode;
  }
  /** What the program wants to hear of the mouse. */
  get mouse(): string {
    return this.#terminal.modes.mouseTrackingMode;
  }
  get columns(): number {
    return this.#terminal.cols;
  }
  get rows(): number {
    return this.#terminal.rows;
  }

  /** The rows as a person sees them, blanks at the ends cut. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.rows }, (_, row) => {
      const line = active.getLine(active.viewportY + row);
      return line?.translateToString(true).trimEnd() ?? '';
    });
  }
  text(): string {
    return this.lines().join('\n');
  }
  /** The screen with its colours, as an SVG picture. */
  picture(): string {
    return pictureOf(this.#terminal, DARK);
  }
  /** Rows that the emulator had to wrap: something was written past the last column. */
  wrappedRows(): readonly number[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.rows }, (_, row) => row).filter(
      (row) => active.getLine(active.viewportY + row)?.isWrapped === true,
    );
  }
  /** The primary screen's rows, whatever is shown now. */
  primaryText(): string {
    const { normal } = this.#terminal.buffer;
    return Array.from({ length: normal.length }, (_, row) => normal.getLine(row)?.translateToString(true))
      .join('\n')
      .trimEnd();
  }

  /** How the cell that holds the first character of `text` is drawn; null if it isn't on the screen. */
  cellOf(text: string): { bold: boolean; dim: boolean; inverse: boolean; colour: number } | null {
    const row = this.lines().findIndex((line) => line.includes(text));
    const line = this.#terminal.buffer.active.getLine(this.#terminal.buffer.active.viewportY + row);
    const column = row < 0 ? -1 : (this.lines()[row] as string).indexOf(text);
    const cell = column < 0 ? undefined : line?.getCell(column);
    if (!cell) return null;
    return {
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
      colour: cell.isFgDefault() ? -1 : cell.getFgColor(),
    };
  }

  /** Types `keys` as one chunk. */
  type(keys: string): void {
    this.#keyboard.push(keys);
  }
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#screen.columns = columns;
    this.#screen.rows = rows;
    this.#screen.emit('resize');
  }

  /** All that was written until now, as it was written. */
  get written(): string {
    return this.#screen.writes.join('');
  }
  /** How often something was drawn: a frame is one synchronized update. */
  get frames(): number {
    return this.written.split('\u001B[?2026h').length - 1;
  }
  /** What was written after the alternate screen was entered. */
  get writtenOnScreen(): string {
    return this.written.slice(this.written.indexOf(ENTER_ALTERNATE) + ENTER_ALTERNATE.length);
  }
  /** Forgets what was written. */
  forget(): void {
    this.#screen.writes.length = 0;
  }

  /** Resolves when the screen looks as wished. @throws Error with the screen if it doesn't within some seconds */
  async until(isThere: (text: string) => boolean): Promise<string> {
    const end = Date.now() + DEADLINE_MS;
    while (!isThere(this.text())) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`the screen never showed it; it shows:\n${this.text()}`);
      await Promise.race([
        this.#changed.promise,
        new Promise((resolve) => void setTimeout(resolve, Math.min(left, 50)).unref()),
      ]);
    }
    return this.text();
  }
  /** Resolves when all that was written is on the screen. */
  drained(): Promise<void> {
    return new Promise((resolve) => void this.#screen.write('', () => this.#terminal.write('', resolve)));
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
    this.#keyboard.destroy();
    this.#screen.destroy();
  }
}
