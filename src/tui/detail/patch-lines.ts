import type { FileChange } from '../../domain/file-state.ts';
import { textOfPath } from '../../domain/raw-path.ts';
import type { Line } from '../lines/line.ts';
import { safeOutput, safeText } from '../lines/safe-text.ts';
import type { FileComparison } from '../screens/file-reader.ts';
import { hunkTitle, verbOf, type FilePatch, type FileVerb, type PatchHunk } from '../words/file-patch.ts';
import type { Tone } from '../words/tone.ts';
import { EMPTY_LINE, remark, span } from './value-lines.ts';

/** Of one file; what is beyond is counted. */
const LINES_SHOWN = 2000;

/** What becomes of a path, as one sign. */
export const VERB_SIGNS: Readonly<Record<FileVerb, readonly [sign: string, tone: Tone]>> = {
  created: ['+', 'good'],
  modified: ['~', 'attention'],
  deleted: ['-', 'bad'],
  chmod: ['m', 'attention'],
  retyped: ['t', 'attention'],
};

const HUNK_TONES: Readonly<Record<string, Tone>> = { '+': 'good', '-': 'bad', '\\': 'dim' };

/** One path's patch: its title with counts and notes, then its hunks, each line with its sign. */
export function patchLines(patch: FilePatch): readonly Line[] {
  const [sign, tone] = VERB_SIGNS[patch.change];
  const counts = patch.hunks.length === 0 ? '' : `  +${patch.added} -${patch.removed}`;
  const title: Line = [
    span(`${sign} `, tone),
    span(safeText(textOfPath(patch.path)), 'strong'),
    span(counts),
    span(patch.notes.map((note) => `  ${safeText(note)}`).join(''), 'dim'),
  ];
  const lines = patch.hunks.flatMap(hunkLines);
  const more = lines.length - LINES_SHOWN;
  return [
    title,
    ...lines.slice(0, LINES_SHOWN),
    ...(more > 0 ? [remark(`${more} more lines are not shown here`)] : []),
  ];
}

function hunkLines(hunk: PatchHunk): readonly Line[] {
  // Windows line ends in every line say nothing; in one of them they are what differs.
  const isCrlf = hunk.lines.every((line) => line.endsWith('\r') || line.startsWith('\\'));
  return [
    [span(hunkTitle(hunk), 'accent')],
    ...hunk.lines.map((line): Line => {
      const text = isCrlf && line.endsWith('\r') ? line.slice(1, -1) : line.slice(1);
      const sign = line.charAt(0);
      return [span(`${sign} ${safeOutput(text)}`, HUNK_TONES[sign] ?? 'plain')];
    }),
  ];
}

/** `files: ~2 +1 -0`, or why nothing is known of them. */
export function filesSummary({ changes }: FileComparison): Line {
  if (changes === null) return remark('files: not captured in both');
  if (changes.length === 0) return remark('no difference in the files');
  return [span(`files: ${verbCounts(changes)}`)];
}

/** `~2 +1 -3`; kinds that don't occur are left out. */
export function verbCounts(changes: readonly Pick<FileChange, 'before' | 'after'>[]): string {
  const counts = new Map<FileVerb, number>();
  for (const change of changes) {
    const verb = verbOf(change);
    counts.set(verb, (counts.get(verb) ?? 0) + 1);
  }
  return Object.entries(VERB_SIGNS)
    .flatMap(([verb, [sign]]) => {
      const count = counts.get(verb as FileVerb);
      return count === undefined ? [] : [`${sign}${count}`];
    })
    .join(' ');
}

/** One changed path without its patch. */
export function changeLine(change: FileChange): Line {
  const [sign, tone] = VERB_SIGNS[verbOf(change)];
  return [span(`${sign} `, tone), span(safeText(textOfPath(change.path)))];
}

const known = new WeakMap<FileComparison, readonly Line[]>();

/** All that differs, path by path; the same lines for the same comparison. */
export function comparisonLines(comparison: FileComparison): readonly Line[] {
  const lines = known.get(comparison) ?? makeLines(comparison);
  known.set(comparison, lines);
  return lines;
}

function makeLines({ changes, patches }: FileComparison): readonly Line[] {
  const others = (changes ?? []).slice(patches.length);
  return [
    ...patches.flatMap((patch) => [EMPTY_LINE, ...patchLines(patch)]),
    ...(others.length === 0 ? [] : [EMPTY_LINE, remark(`${others.length} more paths, without their lines`)]),
    ...others.map(changeLine),
  ];
}
