import { isUnsettled, type Compensation } from '../domain/compensation.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { subjectOf } from '../domain/permissions.ts';
import { toPrintable, toPrintableLine } from '../domain/printable.ts';
import type { Tone } from '../tui/words/tone.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';

const TONES: Readonly<Record<Compensation['status'], Tone>> = {
  standing: 'dim',
  open: 'attention',
  running: 'strong',
  unknown: 'bad',
  unfilled: 'bad',
  done: 'good',
  failed: 'bad',
  skipped: 'dim',
};

const REMARKS: Partial<Readonly<Record<Compensation['status'], string>>> = {
  standing: 'its step stands',
  unknown: 'was begun and cut off',
};

/** What it would call, in one line: `shell.run rm "$FILE"`. */
export function callText({ call, error }: Pick<Compensation, 'call' | 'error'>): string {
  if (call === null) return toPrintableLine(`could not be filled: ${error?.message ?? ''}`);
  const { tool, input } = call;
  const shown = shownInput(input);
  const subject = typeof shown === 'string' ? shown : subjectOf(shown) || JSON.stringify(shown);
  return toPrintableLine(`${tool} ${subject}`);
}

/** All of a call that a person judges it by. */
export function callLines({ call }: Pick<Compensation, 'call'>): readonly string[] {
  if (call === null) return [];
  const { tool, input, env } = call;
  const shown = shownInput(input);
  const { command } = shown as { readonly command?: Json };
  const text = typeof command === 'string' ? command : JSON.stringify(shown, null, 2);
  const lines = toPrintable(text).split('\n');
  return [
    `    ${toPrintableLine(tool)}  ${lines[0] ?? ''}`,
    ...lines.slice(1).map((line) => `      ${line}`),
    ...Object.entries(env).map(([name, value]) => `      ${toPrintableLine(`${name}=${value}`)}`),
  ];
}

/** Long texts as far as their beginning goes. */
function shownInput(input: Json): JsonObject | string {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return JSON.stringify(input);
  const { ref, preview } = input as { readonly ref?: Json; readonly preview?: Json };
  if (typeof ref === 'string' && typeof preview === 'string') return `${preview}…`;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const long = value as { readonly ref?: Json; readonly preview?: Json } | null;
      return typeof long?.ref === 'string' && typeof long.preview === 'string'
        ? [key, `${long.preview}…`]
        : [key, value];
    }),
  );
}

/** A table, newest first. */
export function compensationTable(all: readonly Compensation[], paint: Paint): string {
  return formatTable(
    all
      .toReversed()
      .map((one) => [
        `  ${one.number}`,
        paint(TONES[one.status], one.status),
        toPrintableLine(one.stepId),
        callText(one),
        paint('dim', remarkOf(one)),
      ]),
  );
}

function remarkOf({ status, error, isLate }: Compensation): string {
  const words = [
    REMARKS[status] ?? '',
    status === 'failed' ? toPrintableLine(error?.message ?? '') : '',
    isLate ? 'the plan has gone on since' : '',
  ];
  return words.filter((word) => word !== '').join(', ');
}

/** `data` of one (docs/json.md). */
export function compensationToJson(one: Compensation): JsonObject {
  const { number, planId, stepId, callId, call, status, error, isLate } = one;
  return {
    number,
    plan_id: planId,
    step_id: stepId,
    call_id: callId,
    call: call && { tool: call.tool, input: call.input, env: { ...call.env }, effect: call.effect },
    status,
    error: error && { ...error },
    late: isLate,
  };
}

/** How to get on with those that wait; [] if none does. */
export function waitingLines(all: readonly Compensation[], rootId: PlanId): readonly string[] {
  const waiting = all.filter(isUnsettled);
  const command = `agents plan compensate ${shortId(rootId)}`;
  const newest = waiting.toSorted((a, b) => b.number - a.number)[0];
  if (!newest) return [];
  const count =
    waiting.length === 1 ? '1 compensation waits for you' : `${waiting.length} compensations wait for you`;
  const how = newest.status === 'unknown' ? '--rerun' : '--yes';
  return [`${count}: ${command}`, `to run: ${command} ${newest.number} ${how}; to leave it: --skip`];
}
