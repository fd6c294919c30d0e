import { join } from 'node:path';
import type { CallId, PlanId } from '../domain/ids.ts';
import type { LiveLine } from '../ports/output-source.ts';

// Live output on its way to watchers: one folder for each root plan, for each call a row of numbered segments, of which the
// last two are kept. Line 1 of a segment is `#` and the number of lines before it; every other line is `o` (stdout) or `e`
// (stderr) and the text. Nothing of value is only here: what a call said is stored with its result when it ends.

/** A segment is closed once it has this many bytes. */
export const SEGMENT_BYTES = 1024 * 1024;
export const KEPT_SEGMENTS = 2;

/** The folder for the output of a plan's running calls. */
export function liveFolder(home: string, rootId: PlanId): string {
  return join(home, 'live', rootId);
}

export function segmentName(callId: CallId, number: number): string {
  return `${callId}.${number}.log`;
}

/** The numbers of a call's segments among the names of a folder, ascending. */
export function segmentsOf(names: readonly string[], callId: CallId): readonly number[] {
  return names
    .filter((name) => name.startsWith(`${callId}.`) && name.endsWith('.log'))
    .map((name) => Number(name.slice(callId.length + 1, -'.log'.length)))
    .sort((a, b) => a - b);
}

export function encodeLine({ stream, text }: LiveLine): string {
  return `${stream === 'stdout' ? 'o' : 'e'}${text}\n`;
}

/** A line of a segment, without its line feed. */
export function decodeLine(line: string): LiveLine {
  return { stream: line.startsWith('e') ? 'stderr' : 'stdout', text: line.slice(1) };
}
