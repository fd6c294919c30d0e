import { FIRST_F_KEY } from '../keys/split-keys.ts';
import type { Pointed } from '../ui/pointed.ts';
import type { InputPiece } from './mouse-reports.ts';

const F1_TO_F4 = 'PQRS';
const LINUX_F1_TO_F5 = 'ABCDE';
/** The numbers of F1 to F12 in `ESC [ number ~`. */
const NUMBERED = ['11', '12', '13', '14', '15', '17', '18', '19', '20', '21', '23', '24'];
const F_KEYS = /\u001B(?:O([P-S])|\[\[([A-E])|\[(1[1-5]|1[7-9]|2[0134])~)/g;

/** Ink says nothing of F-keys: they come to it as characters of their own. */
export function withFKeys(chunk: string): string {
  return chunk.replaceAll(F_KEYS, (_, vt?: string, linux?: string, number?: string) => {
    const index = vt
      ? F1_TO_F4.indexOf(vt)
      : linux
        ? LINUX_F1_TO_F5.indexOf(linux)
        : NUMBERED.indexOf(number as string);
    return String.fromCharCode(FIRST_F_KEY + index);
  });
}

/** What is done with what a keyboard sends. */
export interface KeyboardReader {
  /** The pieces of a chunk: what was typed, or what something else did that sends there too. */
  readonly split: (chunk: string) => readonly InputPiece[];
  readonly onPointed: (pointed: readonly Pointed[]) => void;
}

/** The keyboard without what the mouse sends, and with names for all keys. The order of it all is kept. */
export function keyboardThrough(
  stdin: NodeJS.ReadStream,
  { split, onPointed }: KeyboardReader,
): NodeJS.ReadStream {
  let pieces: readonly InputPiece[] = [];
  const next = (size?: number): string | null => {
    for (;;) {
      const [piece, ...rest] = pieces;
      if (piece === undefined) {
        const chunk = stdin.read(size) as string | Buffer | null;
        if (chunk === null) return null;
        pieces = split(String(chunk));
        continue;
      }
      pieces = rest;
      if (typeof piece === 'string') return withFKeys(piece);
      onPointed(piece);
    }
  };
  return new Proxy(stdin, {
    get: (target, name) => {
      if (name === 'read') return next;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
