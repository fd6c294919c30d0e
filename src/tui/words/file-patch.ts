import { structuredPatch } from 'diff';
import type { FileChange, FileState } from '../../domain/file-state.ts';
import { textOfPath, type RawPath } from '../../domain/raw-path.ts';
import { fileKind, modeText, sizeText } from './file-words.ts';

/**
 * What differs between two states of one path, as unified hunks and words. Pure, for every place that shows patches: the
 * screen (detail/patch-lines.ts) and commands alike. Nothing in it is printable yet.
 */
export interface FilePatch {
  readonly path: RawPath;
  /** What becomes of the path from `before` to `after`. */
  readonly change: FileVerb;
  /** `mode 0644 -> 0755`, `file -> symlink`, `binary: 12 B -> 15 B`: what no hunk says. */
  readonly notes: readonly string[];
  /** Lines that came and went; 0 where no text was compared. */
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly PatchHunk[];
}

export type FileVerb = 'created' | 'modified' | 'deleted' | 'chmod' | 'retyped';

export interface PatchHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each with its sign: ` `, `-`, `+`, or `\` for a missing line break at the end. */
  readonly lines: readonly string[];
}

/** The contents of a change's two sides, where `contentsWanted` asked for them. */
export interface PatchContents {
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** Larger files are named, not compared, unless somebody asks for more. Bytes. */
export const PATCH_BYTES = 512 * 1024;
/** Beyond so many differing lines the shortest patch isn't looked for: it would cost seconds. */
const MOST_EDITS = 1000;
const CONTEXT_LINES = 3;

export function verbOf({ before, after }: Pick<FileChange, 'before' | 'after'>): FileVerb {
  if (before === null) return 'created';
  if (after === null) return 'deleted';
  if (before.type !== after.type) return 'retyped';
  const isSameContent = before.type !== 'file' || after.type !== 'file' || before.hash === after.hash;
  const isSameTarget =
    before.type !== 'symlink' || after.type !== 'symlink' || before.target === after.target;
  return isSameContent && isSameTarget && 'mode' in before ? 'chmod' : 'modified';
}

/** The contents that a patch of this change needs; null for a side that has none or is larger than `limit`. */
export function contentsWanted(
  { before, after }: FileChange,
  limit = PATCH_BYTES,
): { readonly before: string | null; readonly after: string | null } {
  const none = { before: null, after: null };
  if (isSameContent(before, after)) return none;
  const sides = [before, after].filter((state) => state?.type === 'file');
  if (sides.length === 0 || sides.some(({ size }) => size > limit)) return none;
  return { before: hashOf(before), after: hashOf(after) };
}

const hashOf = (state: FileState | null): string | null => (state?.type === 'file' ? state.hash : null);

function isSameContent(before: FileState | null, after: FileState | null): boolean {
  return before?.type === 'file' && after?.type === 'file' && before.hash === after.hash;
}

/** The patch of one changed path. `contents`: both null where they weren't wanted. */
export function filePatch(change: FileChange, contents: PatchContents): FilePatch {
  const { path, before, after } = change;
  const notes = notesOf(change);
  const bare = { path, change: verbOf(change), added: 0, removed: 0, hunks: [] };
  const texts = { before: readText(contents.before), after: readText(contents.after) };
  if (contents.before === null && contents.after === null) {
    return { ...bare, notes: [...notes, ...unreadNotes(before, after)] };
  }
  if (texts.before === null || texts.after === null) {
    return { ...bare, notes: [...notes, `binary: ${sizesText(before, after)}`] };
  }
  const hunks = hunksOf(texts.before.text, texts.after.text);
  const isLatin = texts.before.isLatin || texts.after.isLatin;
  return {
    ...bare,
    notes: isLatin ? [...notes, 'not UTF-8: shown as Latin-1'] : notes,
    added: countLines(hunks, '+'),
    removed: countLines(hunks, '-'),
    hunks,
  };
}

/** The patch as programs read it: `--- a/x`, `+++ b/x`, hunks; its notes as `# ` lines. Ends with a line break. */
export function patchText(patch: FilePatch): string {
  const path = textOfPath(patch.path);
  const head = [
    `--- ${patch.change === 'created' ? '/dev/null' : `a/${path}`}`,
    `+++ ${patch.change === 'deleted' ? '/dev/null' : `b/${path}`}`,
  ];
  const notes = patch.notes.map((note) => `# ${note}`);
  const hunks = patch.hunks.flatMap((hunk) => [hunkTitle(hunk), ...hunk.lines]);
  return [...head, ...notes, ...hunks, ''].join('\n');
}

/** `@@ -1,4 +1,9 @@`; where one side has no lines it counts from the line before, as patches do. */
export function hunkTitle({ oldStart, oldLines, newStart, newLines }: PatchHunk): string {
  const [a, b] = [oldLines === 0 ? oldStart - 1 : oldStart, newLines === 0 ? newStart - 1 : newStart];
  return `@@ -${a},${oldLines} +${b},${newLines} @@`;
}

function notesOf({ before, after }: FileChange): readonly string[] {
  if (before === null) return loneNotes(after);
  if (after === null) return loneNotes(before);
  if (before.type !== after.type) return [`${fileKind(before)} -> ${fileKind(after)}`];
  if (before.type === 'excluded' || after.type === 'excluded') {
    return [`${fileKind(before)} -> ${fileKind(after)}`];
  }
  if (before.type === 'symlink' && after.type === 'symlink') {
    return [`target ${textOfPath(before.target)} -> ${textOfPath(after.target)}`];
  }
  if (!('mode' in before) || !('mode' in after) || before.mode === after.mode) return [];
  return [`mode ${modeText(before.mode)} -> ${modeText(after.mode)}`];
}

/** What one reads nowhere else of a path that came or went. */
function loneNotes(state: FileState | null): readonly string[] {
  if (state === null) return [];
  if (state.type === 'symlink') return [`link -> ${textOfPath(state.target)}`];
  return state.type === 'file' ? [`mode ${modeText(state.mode)}`] : [fileKind(state)];
}

function unreadNotes(before: FileState | null, after: FileState | null): readonly string[] {
  if (isSameContent(before, after)) return [];
  if (before?.type !== 'file' && after?.type !== 'file') return [];
  return [`too large to compare here: ${sizesText(before, after)}`];
}

function sizesText(before: FileState | null, after: FileState | null): string {
  const sizes = [before, after].flatMap((state) => (state?.type === 'file' ? [sizeText(state.size)] : []));
  return sizes.join(' -> ');
}

interface ReadText {
  readonly text: string;
  readonly isLatin: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** null: no text, for a NUL is in it. Bytes that aren't UTF-8 stay apart, one character each. */
function readText(content: Uint8Array | null): ReadText | null {
  if (content === null) return { text: '', isLatin: false };
  if (content.includes(0)) return null;
  try {
    return { text: utf8.decode(content), isLatin: false };
  } catch {
    return { text: Buffer.from(content).toString('latin1'), isLatin: true };
  }
}

function hunksOf(before: string, after: string): readonly PatchHunk[] {
  const options = { context: CONTEXT_LINES, maxEditLength: MOST_EDITS };
  const found = structuredPatch('', '', before, after, undefined, undefined, options);
  return found ? found.hunks : wholeHunk(before, after);
}

/** One hunk for all between the first and the last line that differ: right, if not the shortest. */
function wholeHunk(before: string, after: string): readonly PatchHunk[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [from, shown] = [Math.max(0, start - CONTEXT_LINES), Math.min(end, CONTEXT_LINES)];
  const [gone, come] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const around = start - from + shown;
  return [
    {
      oldStart: from + 1,
      oldLines: gone.length + around,
      newStart: from + 1,
      newLines: come.length + around,
      lines: [
        ...signAll(' ', a.slice(from, start)),
        ...signAll('-', gone),
        ...signAll('+', come),
        ...signAll(' ', a.slice(a.length - end, a.length - end + shown)),
      ],
    },
  ];
}

/** Lines with their line breaks, so that a missing one is a difference. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function signAll(sign: string, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) =>
    line.endsWith('\n') ? [sign + line.slice(0, -1)] : [sign + line, '\\ No newline at end of file'],
  );
}

const countLines = (hunks: readonly PatchHunk[], sign: string): number =>
  hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.startsWith(sign)).length, 0);
