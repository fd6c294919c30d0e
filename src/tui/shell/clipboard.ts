import { Buffer } from 'node:buffer';

/** Terminals refuse more, or cut it where it can't be seen. */
export const CLIPBOARD_BYTES = 74_000;

/** What of a text the terminal is given to copy. */
export interface Copied {
  /** What makes the terminal copy it (OSC 52), also through tmux. */
  readonly sequence: string;
  readonly lines: number;
  readonly bytes: number;
  /** Lines of the whole text. */
  readonly of: number;
}

/** As many whole lines of `text` as terminals take, and what is to be written for that. */
export function copyOf(text: string, inTmux: boolean): Copied {
  const lines = text.split('\n');
  let room = CLIPBOARD_BYTES;
  const tooMuch = lines.findIndex((line) => (room -= Buffer.byteLength(line) + 1) < -1);
  const taken = tooMuch === -1 ? lines : lines.slice(0, tooMuch);
  const content = taken.join('\n');
  const osc = `\u001B]52;c;${Buffer.from(content).toString('base64')}\u0007`;
  return {
    sequence: inTmux ? `${osc}\u001BPtmux;\u001B${osc}\u001B\\` : osc,
    lines: taken.length,
    bytes: Buffer.byteLength(content),
    of: lines.length,
  };
}

/** How much was copied, as people read it. */
export function copiedText({ lines, bytes, of }: Copied): string {
  const size = bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
  const count = `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}`;
  if (lines === of) return `copied ${count}, ${size}`;
  return `copied the first ${count} of ${of.toLocaleString('en')}, ${size}: terminals take no more`;
}
