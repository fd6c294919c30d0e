import { FIRST_F_KEY } from '../keys/split-keys.ts';

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

/** The keyboard with everything that is read from it changed by `read`; what becomes nothing was never typed. */
export function keyboardThrough(
  stdin: NodeJS.ReadStream,
  read: (chunk: string) => string,
): NodeJS.ReadStream {
  const next = (size?: number): string | null => {
    for (;;) {
      const chunk = stdin.read(size) as string | Buffer | null;
      if (chunk === null) return null;
      const left = read(String(chunk));
      if (left !== '') return left;
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
