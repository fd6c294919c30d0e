import { isUnsettled, type Compensation } from '../domain/compensation.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { callText } from '../tui/words/compensation-words.ts';
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
