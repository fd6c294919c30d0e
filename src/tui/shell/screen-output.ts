import { EventEmitter } from 'node:events';
import { toPrintableLine } from '../../domain/printable.ts';
import { TerseCodes } from './terse-codes.ts';
import { cutCells } from '../words/cells.ts';
import { MOUSE_OFF, MOUSE_ON } from './mouse-reports.ts';

export const HOME = '\u001B[H';
export const ERASE_BELOW = '\u001B[J';
export const ENTER_ALTERNATE = '\u001B[?1049h';
export const LEAVE_ALTERNATE = '\u001B[?1049l';
export const WRAP_OFF = '\u001B[?7l';
export const WRAP_ON = '\u001B[?7h';
/**
 * Where the mouse is the terminal's own, its wheel sends arrows meanwhile (and text is selected as everywhere). What held
 * before is kept, because terminals differ in it; one that knows nothing of this does nothing.
 */
const WHEEL_AS_ARROWS = '\u001B[?1007s\u001B[?1007h';
const WHEEL_AS_BEFORE = '\u001B[?1007r';
/** What is between these appears at once. */
export const BEGIN_FRAME = '\u001B[?2026h';
export const END_FRAME = '\u001B[?2026l';
/** Nothing but modes of the terminal: cursor, buffer, pastes. */
const MODES = /^(?:\u001B\[\?(?:25|1049|2004)[hl])+$/;
const BELL = '\u0007';
/** A notice that many terminals show when their window is not in front. */
const NOTICE = '\u001B]9;agents: ';
const NOTICE_CELLS = 120;
/** Where a terminal doesn't say its size. */
const USUAL = { columns: 80, rows: 24 };

/** How large a screen is, in cells. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * What Ink draws on: the terminal, with a size that changes only when the whole screen is drawn anew for it. Ink would
 * draw the frame of the old size at once when the terminal has another one already: too wide or too tall.
 */
export class ScreenOutput extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  #isMuted = false;
  readonly #codes = new TerseCodes();
  /** An early frame stands in the alternate buffer until the first one is drawn. */
  #isBegun: boolean;
  /** The alternate buffer is shown. */
  #isEntered = false;
  #readsMouse = false;
  readonly #terminal: NodeJS.WriteStream;

  /** @param isBegun the terminal shows an early frame already */
  constructor(terminal: NodeJS.WriteStream, isBegun = false) {
    super();
    this.#terminal = terminal;
    this.#isBegun = isBegun;
    ({ columns: this.columns, rows: this.rows } = this.terminalSize());
  }

  /** For Ink, which asks for a stream of Node's but uses only what is here. */
  get asStream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
  get destroyed(): boolean {
    return this.#terminal.destroyed;
  }
  get writableEnded(): boolean {
    return this.#terminal.writableEnded;
  }
  get writable(): boolean {
    return this.#terminal.writable;
  }

  terminalSize(): ScreenSize {
    return {
      columns: this.#terminal.columns || USUAL.columns,
      rows: this.#terminal.rows || USUAL.rows,
    };
  }

  write(text: string, done?: () => void): boolean {
    if (text === '' || (this.#isMuted && !MODES.test(text))) {
      // Nothing to say; but who waits for what was said before waits for the terminal.
      if (done) this.#terminal.write('', done);
      return true;
    }
    const own = this.#isBegun ? this.#takeOver(text) : this.#withOwnModes(text);
    return this.#terminal.write(this.#codes.shorten(own), done);
  }

  /** The buffer has been entered; the early frame gives way to the first one in the same moment. */
  #takeOver(text: string): string {
    this.#isBegun = !text.includes(BEGIN_FRAME);
    const own = this.#withOwnModes(text).replace(ENTER_ALTERNATE, '');
    return own.replace(BEGIN_FRAME, BEGIN_FRAME + HOME + ERASE_BELOW);
  }

  /**
   * The alternate screen begins where the cursor stood on the other one: a frame drawn from there would scroll. And
   * terminals differ in how wide they draw some signs: without wrapping a row that comes out wider stays one row. The
   * mouse is read only while this screen is shown, however it comes and goes.
   */
  #withOwnModes(text: string): string {
    const [on, off] = this.#readsMouse ? [MOUSE_ON, MOUSE_OFF] : ['', ''];
    if (text.includes(ENTER_ALTERNATE)) this.#isEntered = true;
    if (text.includes(LEAVE_ALTERNATE)) this.#isEntered = false;
    return text
      .replaceAll(ENTER_ALTERNATE, WHEEL_AS_ARROWS + ENTER_ALTERNATE + WRAP_OFF + HOME + on)
      .replaceAll(LEAVE_ALTERNATE, off + WRAP_ON + LEAVE_ALTERNATE + WHEEL_AS_BEFORE);
  }

  /** Whether clicks and the wheel are read here instead of left to the terminal. */
  readMouse(on: boolean): void {
    if (this.#isEntered && on !== this.#readsMouse) this.#terminal.write(on ? MOUSE_ON : MOUSE_OFF);
    this.#readsMouse = on;
  }

  /** Rings, and says why where the terminal can. */
  notify(text: string): void {
    this.#terminal.write(`${BELL}${NOTICE}${cutCells(toPrintableLine(text), NOTICE_CELLS)}${BELL}`);
  }

  /** Writes what makes the terminal do something beside drawing. */
  control(sequence: string): void {
    this.#terminal.write(sequence);
  }

  /** What is drawn from now on is lost: the terminal has another size than the frame. Its modes are still set. */
  mute(): void {
    this.#isMuted = true;
  }

  /** Takes the terminal's size: what is drawn from here on has to be made for it. */
  adoptSize(size: ScreenSize): void {
    this.#isMuted = false;
    ({ columns: this.columns, rows: this.rows } = size);
  }

  /** Clears the screen and has Ink, which must have forgotten what it drew, draw all of it at once. */
  drawAnew(): void {
    this.#terminal.write(HOME + ERASE_BELOW);
    this.emit('resize');
  }
}
