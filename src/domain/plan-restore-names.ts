import { folderOf, joinPath, type RawPath } from './raw-path.ts';

/** Bytes that file systems allow for a name. */
const LONGEST = 255;

/** A free name beside a path for what stood there: `name.mine`, `name.mine.2` and so on, shortened where it has to be. */
export function nameForMine(path: RawPath, isTaken: (path: RawPath) => boolean): RawPath {
  const folder = folderOf(path);
  const name = folder === '' ? path : path.slice(folder.length + 1);
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '.mine' : `.mine.${String(number)}`;
    const candidate = joinPath(folder, `${shortened(name, LONGEST - suffix.length)}${suffix}`);
    if (!isTaken(candidate)) return candidate;
  }
}

/** Cut to a number of bytes, not inside a character of UTF-8. */
function shortened(name: RawPath, length: number): RawPath {
  if (name.length <= length) return name;
  let end = length;
  while (end > length - 3 && isContinuation(name.charCodeAt(end))) end -= 1;
  return name.slice(0, end);
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
