import { MODEL_TOOL } from '../../domain/model-replies.ts';
import type { Json } from '../../domain/json.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import { fromChangeJson } from '../../domain/file-change-json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { textOfPath } from '../../domain/raw-path.ts';
import { callOf } from '../../domain/plan-state.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { PlanJournal } from '../../ports/plan-journal.ts';
import type { PlanStore } from '../../ports/plan-store.ts';
import { isBlobRef, internalize } from '../../tools/externalize.ts';
import type { PlanContext } from '../plan-context.ts';

type RolledBack = Extract<PlanEvent, { readonly type: 'plan.rolled_back' }>;
type Started = Extract<PlanEvent, { readonly type: 'tool.started' }>;

/** The last rollback of a plan's tree, as a conversation remembers it. */
export interface LastRollback {
  /** Unlike any other, also those of the plan that this one was forked from. */
  readonly id: string;
  readonly event: RolledBack;
}

export interface UndoneWorkDependencies {
  readonly journal: PlanJournal;
  readonly plans: Pick<PlanStore, 'eventsOfType'>;
  readonly blobs: BlobStore;
}

/** null: a person has never taken anything back. */
export async function lastRollback({ journal, plans }: UndoneWorkDependencies): Promise<LastRollback | null> {
  const all = (await plans.eventsOfType(journal.rootId, 'plan.rolled_back')) as readonly RolledBack[];
  const event = all.findLast((one) => !isPutBack(one));
  return event ? { id: `${journal.rootId}:${event.seq}`, event } : null;
}

/** What failed or was cut off was put back: whoever asked for it is told that with its call. */
const isPutBack = ({ payload: { scope, checkpoint_id } }: RolledBack): boolean =>
  scope === 'files_only' && checkpoint_id === null;

const MAX_PATHS = 50;

/** What concerns a conversation. */
export interface ConversationPlace {
  readonly plan: PlanContext;
  readonly stepId: string;
  /** The model has said something already that still counts. */
  readonly hasBegun: boolean;
}

/** What a model is told of a rollback: which of its calls are undone and what became of the files; null if nothing that concerns it. */
export async function undoneText(
  deps: UndoneWorkDependencies,
  place: ConversationPlace,
  { event }: LastRollback,
): Promise<string | null> {
  const { number } = event.payload;
  const calls = await undoneCalls(deps, place, event);
  const paths = await undonePaths(deps, event);
  if (calls.length === 0 && (paths.length === 0 || !place.hasBegun)) return null;
  const where = number === null ? 'an earlier place' : `checkpoint ${number}`;
  return [
    `A person has taken the work back to ${where}. What follows from it is no longer so.`,
    ...(calls.length === 0 ? [] : ['Calls of yours that are undone:', ...cut(calls)]),
    ...(paths.length === 0 ? [] : ['Files that are as they were then:', ...cut(paths)]),
    'Go on from here, and find another way where this one was not wanted.',
  ].join('\n');
}

async function undoneCalls(
  { journal, plans }: UndoneWorkDependencies,
  { plan, stepId }: ConversationPlace,
  { seq, payload: { to_seq } }: RolledBack,
): Promise<readonly string[]> {
  const state = journal.plan(plan.planId);
  const started = (await plans.eventsOfType(journal.rootId, 'tool.started')) as readonly Started[];
  const gone = started.filter(
    (one) =>
      one.plan_id === plan.planId &&
      one.payload.step_id === stepId &&
      one.seq > to_seq &&
      one.seq < seq &&
      one.payload.tool !== MODEL_TOOL &&
      !callOf(state, one.payload.call_id),
  );
  return gone.map(({ payload: { tool, input } }) => `- ${tool} ${JSON.stringify(input)}`);
}

async function undonePaths(
  { blobs }: UndoneWorkDependencies,
  { payload: { changes } }: RolledBack,
): Promise<readonly string[]> {
  const list = (changes?.list ?? []) as Json;
  const whole = (isBlobRef(list) ? await internalize(list, blobs) : list) as readonly Json[];
  return whole.map((item) => {
    const { path, after } = fromChangeJson(item);
    return `- ${toPrintableLine(textOfPath(path))}${after === null ? ' (taken away)' : ''}`;
  });
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_PATHS) return lines;
  return [...lines.slice(0, MAX_PATHS), `- and ${lines.length - MAX_PATHS} more`];
}
