import { formatPhaseState, type PlanSummary } from './plan.ts';
import { NotFoundError, UsageError } from './errors.ts';
import { ID_LENGTH, SHORT_ID_LENGTH, shortId, type PlanId, type Ulid } from './ids.ts';
import type { Checkpoint } from './checkpoint.ts';

/** An ending shorter than this names nothing: screens show eight characters. */
export const SHORTEST_ENDING = 4;
const ID_CHARACTERS = /^[0-9A-HJKMNP-TV-Z]{1,26}$/;

/** The part of an id that a text may be, in capitals; null if no id has such characters. */
export function toIdPart(text: string): string | null {
  const part = text.toUpperCase();
  return ID_CHARACTERS.test(part) ? part : null;
}

/** True if a part (see toIdPart) is the whole of an id, its beginning, or of four characters or more its ending or the beginning of its short form. */
export function fitsId(id: Ulid, part: string): boolean {
  if (id.startsWith(part)) return true;
  return part.length >= SHORTEST_ENDING && (id.endsWith(part) || shortId(id).startsWith(part));
}

/** The SQL patterns of the ids that `fitsId`. */
export function idPatterns(part: string): readonly string[] {
  const before = '_'.repeat(ID_LENGTH - SHORT_ID_LENGTH);
  return [`${part}%`, ...(part.length < SHORTEST_ENDING ? [] : [`%${part}`, `${before}${part}%`])];
}

export function planNotFound(reference: string): NotFoundError {
  if (reference.toLowerCase() === 'last') {
    return new NotFoundError('plan_not_found', 'there is no plan in this folder yet', {
      hint: '"last" is the newest plan of the folder that you are in, or that -C names',
      nextSteps: ['agents plan run FILE', 'agents plan list --all-workspaces'],
    });
  }
  return new NotFoundError('plan_not_found', `there is no plan ${JSON.stringify(reference)}`, {
    hint: 'a plan is named by its id, the beginning or end of it, or "last" for the newest one of this folder',
    nextSteps: ['agents plan list --all-workspaces'],
  });
}

/** The only plan that fits. @throws NotFoundError `plan_not_found`, `ambiguous_plan` */
export function pickPlan(reference: string, found: readonly PlanSummary[]): PlanSummary {
  const [first] = found;
  if (!first) throw planNotFound(reference);
  if (found.length === 1) return first;
  const named = found.map(
    (plan) => `${shortId(plan.plan_id)} ${plan.name} (${formatPhaseState(plan.phase, plan.state)})`,
  );
  throw new NotFoundError('ambiguous_plan', `${JSON.stringify(reference)} fits more than one plan`, {
    hint: named.join(', '),
    nextSteps: [`agents plan status ${first.plan_id}`, 'agents plan list'],
  });
}

/** The only checkpoint that fits. @throws NotFoundError `checkpoint_not_found`, `ambiguous_checkpoint` */
export function pickCheckpoint(planId: PlanId, reference: string, found: readonly Checkpoint[]): Checkpoint {
  const [first] = found;
  const nextSteps = [`agents plan checkpoint list ${planId}`];
  if (!first) throw checkpointNotFound(reference, nextSteps);
  if (found.length === 1) return first;
  const named = found.map(
    (checkpoint) =>
      `#${checkpoint.number} ${shortId(checkpoint.id)} ${checkpoint.label ?? checkpoint.trigger}`,
  );
  throw new NotFoundError(
    'ambiguous_checkpoint',
    `${JSON.stringify(reference)} fits more than one checkpoint`,
    {
      hint: named.join(', '),
      nextSteps,
    },
  );
}

export function checkpointNotFound(reference: string, nextSteps: readonly string[] = []): NotFoundError {
  return new NotFoundError('checkpoint_not_found', `there is no checkpoint ${JSON.stringify(reference)}`, {
    hint: 'a checkpoint is named by its number, its id or the beginning or end of it, its label, or "last"',
    nextSteps,
  });
}

export function operationNotFound(id: string): NotFoundError {
  return new NotFoundError('operation_not_found', `the operation ${id} has ended`);
}

/** The two halves of a page's cursor. @throws UsageError `invalid_cursor` */
export function readCursor(cursor: string): readonly [string, string] {
  const match = /^([^~]+)~([^~]+)$/.exec(cursor);
  if (match?.[1] && match[2]) return [match[1], match[2]];
  throw new UsageError('invalid_cursor', `${JSON.stringify(cursor)} is no place in a list`, {
    hint: 'use the next_cursor of the page before',
  });
}

export function writeCursor(first: string | number, second: string | number): string {
  return `${first}~${second}`;
}
