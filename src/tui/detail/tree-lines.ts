import type { Capture } from '../../domain/checkpoint.ts';
import { textOfPath } from '../../domain/raw-path.ts';
import type { ListedFile } from '../../ports/workspace-files.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import { fileKind, modeText, sizeText } from '../words/file-words.ts';
import { EMPTY_LINE, remark, span } from './value-lines.ts';

const SIZE_CELLS = 9;
const NO_MODE = ' -  ';

/** The files of a checkpoint as rows: mode, size, path, and what is special about it. */
export interface TreeListing {
  readonly files: number;
  readonly bytes: number;
  readonly lines: readonly Line[];
}

/** So many rows are made between two keys. */
const SLICE = 2000;

/** Makes the rows of a list however long; `nextTurn` lets others work in between. */
export async function listingOf(
  listed: readonly ListedFile[],
  nextTurn: () => Promise<unknown>,
): Promise<TreeListing> {
  const lines: Line[] = [];
  let [files, bytes] = [0, 0];
  for (let from = 0; from < listed.length; from += SLICE) {
    for (const file of listed.slice(from, from + SLICE)) {
      lines.push(fileLine(file));
      if (file.state.type !== 'file') continue;
      files += 1;
      bytes += file.state.size;
    }
    await nextTurn();
  }
  return { files, bytes, lines };
}

const known = new WeakMap<TreeListing, readonly Line[]>();

/** The rows, below what is held of the whole; the same lines for the same listing, however many frames show it. */
export function treeLines(listing: TreeListing, capture: Capture): readonly Line[] {
  const lines = known.get(listing) ?? [...captureLines(listing, capture), ...listing.lines];
  known.set(listing, lines);
  return lines;
}

function captureLines({ files, bytes }: TreeListing, { status, reason, paths }: Capture): readonly Line[] {
  const count = `${files} ${files === 1 ? 'file' : 'files'}, ${sizeText(bytes)}`;
  if (status === 'complete') return [[span(count)], EMPTY_LINE];
  const why = reason === null ? '' : `: ${safeText(reason)}`;
  return [
    [span(count), span(`  ${status}${why}`, 'attention')],
    ...paths.map((path): Line => [span(`  not held: ${safeText(path)}`, 'dim')]),
    EMPTY_LINE,
  ];
}

/** A folder ends in a slash, a link shows where it leads. */
function fileLine({ path, state }: ListedFile): Line {
  const name = safeText(textOfPath(path));
  switch (state.type) {
    case 'file':
      return [
        span(`${modeText(state.mode)} ${sizeText(state.size).padStart(SIZE_CELLS)}  `, 'dim'),
        span(name),
      ];
    case 'directory':
      return [
        span(`${modeText(state.mode)} ${''.padStart(SIZE_CELLS)}  `, 'dim'),
        span(`${name}/`, 'accent'),
      ];
    case 'symlink':
      return [
        span(`${NO_MODE} ${'link'.padStart(SIZE_CELLS)}  `, 'dim'),
        span(name),
        span(` -> ${safeText(textOfPath(state.target))}`, 'dim'),
      ];
    case 'special':
      return [
        span(`${modeText(state.mode)} ${''.padStart(SIZE_CELLS)}  `, 'dim'),
        span(name),
        span(`  ${fileKind(state)}`, 'dim'),
      ];
    case 'excluded':
      return [
        span(`${NO_MODE} ${''.padStart(SIZE_CELLS)}  `, 'dim'),
        span(state.was === 'directory' ? `${name}/` : name, 'dim'),
        span(`  ${fileKind(state)}`, 'attention'),
      ];
  }
}

/** Where there are no files to list, and why. */
export function noTreeLines({ reason }: Capture): readonly Line[] {
  return [remark(`no files were captured here${reason === null ? '' : `: ${safeText(reason)}`}`)];
}
