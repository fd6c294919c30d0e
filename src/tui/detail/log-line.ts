import type { LiveLine } from '../../ports/output-source.ts';
import type { Line } from '../lines/line.ts';
import { safeOutput, safeText } from '../lines/safe-text.ts';
import type { CallOutput, LogEntry } from '../store/plan-view.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { clockTime } from '../words/time-text.ts';
import { span } from './value-lines.ts';

export interface LogOptions {
  readonly timestamps: boolean;
  readonly glyphs: Glyphs;
}

interface Made {
  readonly options: LogOptions;
  readonly line: Line;
}

// A line is made once, however often the log is looked at.
const entryLines = new WeakMap<LogEntry, Made>();
const ownEntryLines = new WeakMap<LogEntry, Made>();
const outputLines = new WeakMap<LiveLine, Made>();

/** The line of one event. `isOwn`: the log is of the event's own plan, which needs no naming. */
export function entryLine(entry: LogEntry, options: LogOptions, isOwn: boolean): Line {
  return once(isOwn ? ownEntryLines : entryLines, entry, options, () => {
    const { glyph, tone, text, own, minor } = entry.line;
    const isLoud = tone === 'bad' || tone === 'attention' || tone === 'strong';
    return [
      ...timeSpans(entry.at, options),
      span(`${glyph} `, tone),
      span(safeText(isOwn ? own : text), minor ? 'dim' : isLoud ? tone : 'plain'),
    ];
  });
}

function timeSpans(at: string, { timestamps }: LogOptions): Line {
  return timestamps ? [span(`${clockTime(at)} `, 'dim')] : [];
}

/** The lines of a call's output, as they stand below its start. */
export function callLines(output: CallOutput, options: LogOptions): readonly Line[] {
  const lines = output.lines.map((line) => outputLine(line, options));
  if (output.dropped === 0) return lines;
  const note = span(`${output.dropped} earlier lines are not kept here`, 'dim');
  return [[span(indentOf(options)), note], ...lines];
}

function outputLine(line: LiveLine, options: LogOptions): Line {
  return once(outputLines, line, options, () => {
    const isError = line.stream === 'stderr';
    const sign = isError ? '!' : options.glyphs.output;
    return [
      span(indentOf(options)),
      span(`${sign} `, isError ? 'attention' : 'dim'),
      span(safeOutput(line.text)),
    ];
  });
}

function indentOf({ timestamps }: LogOptions): string {
  return ' '.repeat(timestamps ? 11 : 2);
}

function once<T extends object>(
  lines: WeakMap<T, Made>,
  of: T,
  { timestamps, glyphs }: LogOptions,
  make: () => Line,
): Line {
  const made = lines.get(of);
  if (made?.options.timestamps === timestamps && made.options.glyphs === glyphs) return made.line;
  const line = make();
  lines.set(of, { options: { timestamps, glyphs }, line });
  return line;
}
