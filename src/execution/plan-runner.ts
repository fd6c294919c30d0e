import { isCompensating } from '../domain/compensation.ts';
import { ConflictError, toErrorValue, WaitingError, type ErrorValue } from '../domain/errors.ts';
import { serverMark } from '../domain/server-mark.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import {
  callsOf,
  errorOf,
  phaseOf,
  runStateOf,
  subplansOf,
  type PlanState,
  type ToolCallState,
} from '../domain/plan-state.ts';
import { formatPhaseState } from '../domain/plan.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import { ExecutionControl, Interruption, type Intent } from './execution-control.ts';
import type { PlanContext } from './plan-context.ts';
import type { PlanExecutor } from './plan-executor.ts';
import type { RequestResponder, Wish } from './request-responder.ts';

/** How a run ended, or why it rests. */
export interface RunEnd {
  readonly state: PlanState;
  /** `person`, `signal`, `waiting`, `checkpoint_failed`, `stopped`; null if the plan has ended. */
  readonly pausedBecause: string | null;
  readonly error: ErrorValue | null;
}

/** What a person says about calls that a run before this one began and nobody saw ending. */
export interface UnfinishedChoices {
  readonly rerun: readonly string[];
  readonly skip: readonly string[];
}

export interface PlanRunnerDependencies {
  readonly journal: PlanJournal;
  readonly processes: ProcessTable;
  readonly root: PlanContext;
  /** true: `pause` from elsewhere keeps this process, which waits for `resume`. */
  readonly stayWhenPaused: boolean;
  readonly checkpointPaused: (planId: PlanId) => Promise<void>;
  readonly start: (control: ExecutionControl) => PlanExecutor;
}

/** Takes a root plan from where it stands to its end, or to rest; carries out wishes. */
export class PlanRunner {
  readonly #deps: PlanRunnerDependencies;
  #control = new ExecutionControl();
  #wake: (() => void) | null = null;
  /** What was asked between the wish to pause and the rest: `resume`, or a pause that nobody will come back from. */
  #late: Intent | 'resume' | null = null;

  constructor(deps: PlanRunnerDependencies) {
    this.#deps = deps;
  }

  /** Pause, stop or cancel: takes effect at the next place where that is safe. */
  ask(intent: Intent): void {
    if (this.#isPausing && reasonOf(intent) === 'signal') this.#late = intent;
    this.#control.ask(intent);
    this.#wake?.();
  }

  /** A pause is on its way: its checkpoint takes a while. */
  get #isPausing(): boolean {
    return this.#wake === null && this.#control.intent?.kind === 'pause';
  }

  /** What another process asks. */
  onWish(wish: Wish, responder: () => RequestResponder): void {
    const rests = this.#wake !== null;
    // A plan that stands already as it was wished has nothing to do, and goes on resting or running.
    if (wish.kind === 'resume' && this.#isPausing) this.#late = 'resume';
    else if (wish.kind === (rests ? 'pause' : 'resume')) void responder().answerWishes();
    else if (wish.kind === 'resume') this.#wake?.();
    else this.ask({ kind: wish.kind, by: `pid ${wish.asker.pid}` });
  }

  standing(): JsonObject {
    const { journal, root } = this.#deps;
    const state = journal.plan(root.planId);
    return { plan_id: root.planId, phase: phaseOf(state), state: runStateOf(state) };
  }

  /** @throws StorageError, ConflictError, BugError */
  async run(responder: () => RequestResponder): Promise<RunEnd> {
    for (;;) {
      const end = await this.#runOnce();
      const stays = end.pausedBecause === 'person' && this.#deps.stayWhenPaused;
      // From the answer on, others act on what they were told: whatever they want next must be heard already.
      const goesOn = stays && this.#late === 'resume';
      const rest = stays ? this.#rest() : null;
      if (!goesOn) await responder().answerWishes();
      if (!rest) return end;
      const intent = await rest;
      if (intent) {
        const ended = await this.#interrupted(new Interruption(intent));
        await responder().answerWishes();
        return ended;
      }
      await this.#deps.journal.commit([
        { type: 'plan.resumed', plan_id: this.#deps.root.planId, payload: { by: null } },
      ]);
      await responder().answerWishes();
    }
  }

  async #runOnce(): Promise<RunEnd> {
    const { journal, root, start } = this.#deps;
    try {
      await start(this.#control).execute(root, this.#control.abortSignal);
      return { state: journal.plan(root.planId), pausedBecause: null, error: null };
    } catch (thrown) {
      if (thrown instanceof Interruption) return await this.#interrupted(thrown);
      const state = journal.plan(root.planId);
      // Only what the plan's own state tells is a failed plan; everything else is a fault of this run.
      if (runStateOf(state) !== 'errored') throw thrown;
      return { state, pausedBecause: null, error: errorOf(state) };
    } finally {
      // What is thrown out of a run that can't write any more is why.
      await journal.flush().catch(() => undefined);
    }
  }

  async #interrupted({ intent, cause }: Interruption): Promise<RunEnd> {
    const { journal, root, checkpointPaused } = this.#deps;
    if (intent.kind === 'cancel') {
      await cancelTree(journal, intent.by);
      return { state: journal.plan(root.planId), pausedBecause: null, error: null };
    }
    const reason = reasonOf(intent);
    if (runStateOf(journal.plan(root.planId)) !== 'paused') {
      await journal.commit([
        { type: 'plan.paused', plan_id: root.planId, payload: { reason, by: intent.by } },
      ]);
      if (intent.kind !== 'checkpoint_failed') await checkpointPaused(root.planId);
    }
    const error = cause === undefined ? null : toErrorValue(cause);
    return { state: journal.plan(root.planId), pausedBecause: reason, error };
  }

  /** Waits until somebody wants something: null means going on. */
  async #rest(): Promise<Intent | null> {
    const { intent } = this.#control;
    const late = this.#late;
    this.#control = new ExecutionControl();
    this.#late = null;
    // What was asked while the pause was being stored is not forgotten.
    if (intent?.kind === 'stop' || intent?.kind === 'cancel') return intent;
    if (late !== null) return late === 'resume' ? null : late;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
    return this.#control.intent;
  }
}

function reasonOf(intent: Intent): string {
  if (intent.kind === 'stop') return 'stopped';
  if (intent.kind !== 'pause') return intent.kind;
  return intent.by.startsWith('SIG') ? 'signal' : 'person';
}

/** Cancels a root plan with every subplan that hasn't ended. */
export async function cancelTree(journal: PlanJournal, by: string): Promise<void> {
  const events: NewEvent[] = [];
  for (const plan of journal.tree.plans.values()) {
    for (const subplan of subplansOf(plan).filter(({ status }) => !isFinal(status))) {
      const payload = { subplan_id: subplan.id, reason: 'cancelled' };
      events.push({ type: 'subplan.cancelled', plan_id: plan.planId, payload });
    }
    if (!isFinal(runStateOf(plan)) || plan.planId === journal.rootId) {
      events.push({ type: 'plan.cancelled', plan_id: plan.planId, payload: { reason: 'cancelled', by } });
    }
  }
  await journal.commit(events);
}

/** @throws ConflictError if the plan has ended: then there is nothing to execute */
export function requireUnfinished(state: PlanState): void {
  const runState = runStateOf(state);
  if (!isFinal(runState)) return;
  const id = shortId(state.planId);
  throw new ConflictError('plan_ended', `the plan has ended: ${formatPhaseState(phaseOf(state), runState)}`, {
    hint: 'a plan that has ended is not executed again',
    nextSteps: [
      ...(runState === 'errored' ? [`agents plan retry ${id}`] : []),
      `agents plan status ${id}`,
      `agents plan checkpoint list ${id} --tree`,
    ],
  });
}

/** Puts the files back to before these writes. @param hadWriters a tool of them still ran until now */
export type BringBack = (calls: readonly ToolCallState[], hadWriters: boolean) => Promise<void>;

/**
 * Ends what is left of a run that was killed, then puts the plan in the state to go on from.
 * `retry`: the events that let a failed plan go on, in place of those that resume one (retry-plan.ts).
 * @param bringBack puts the files back to before writes that were cut off; absent: a person has to say what becomes of them
 * @throws WaitingError if a write tool was cut off and nobody said what to do; ConflictError if a survivor can't be ended
 */
export async function recover(
  journal: PlanJournal,
  processes: ProcessTable,
  choices: UnfinishedChoices,
  retry: readonly NewEvent[] | null = null,
  bringBack: BringBack | null = null,
): Promise<void> {
  const state = journal.plan(journal.rootId);
  if (runStateOf(state) === 'queued' && phaseOf(state) === 'strategize') return;
  const running = runningCalls(journal);
  // What takes back an undone step isn't run again by itself, and what it did stays for a person to look at.
  const cutOff = running.filter(({ call }) => call.effect === 'write' && !isCompensating(call));
  const writers = [
    ...cutOff.map(({ call }) => call.id),
    ...(cutOff.length > 0 ? [serverMark(journal.rootId)] : []),
  ];
  const hadWriters = processes.findByCallId(writers).length > 0;
  await endSurvivors(journal, processes);
  const undecided = cutOff.filter(({ call }) => ![...choices.rerun, ...choices.skip].includes(call.step_id));
  const [first] = undecided;
  const calls = undecided.map(({ call }) => call);
  // Also where nothing is undecided: an earlier one may have been cut off itself.
  if (bringBack) await bringBack(calls, hadWriters);
  else if (first) {
    const command = `agents plan ${retry ? 'retry' : 'execute'} ${shortId(journal.rootId)}`;
    throw unfinishedWrites(command, calls, first.call.step_id);
  }
  const skipped = cutOff.filter(({ call }) => choices.skip.includes(call.step_id));
  await journal.commit([
    ...(retry ?? [resumed(journal.rootId, `pid ${processes.self.pid}`)]),
    ...skipped.map(({ call, planId }): NewEvent => {
      const payload = { step_id: call.step_id, reason: 'skipped by a person: it was cut off' };
      return { type: 'step.skipped', plan_id: planId, payload };
    }),
  ]);
}

function resumed(rootId: PlanId, by: string): NewEvent {
  return { type: 'plan.resumed', plan_id: rootId, payload: { by } };
}

const SURVIVOR_GRACE_MS = 2000;

function runningCalls({
  tree,
}: Pick<PlanJournal, 'tree'>): readonly { readonly call: ToolCallState; readonly planId: PlanId }[] {
  return [...tree.plans.values()].flatMap((plan) =>
    callsOf(plan)
      .filter(({ status }) => status === 'running')
      .map((call) => ({ call, planId: plan.planId })),
  );
}

/** What is left of the tools of a run that is gone, by process id. */
export function findSurvivors(
  journal: Pick<PlanJournal, 'tree'>,
  processes: Pick<ProcessTable, 'findByCallId'>,
): readonly number[] {
  const calls = runningCalls(journal).map(({ call }) => call.id);
  return processes.findByCallId([...calls, serverMark(journal.tree.rootId as PlanId)]);
}

/**
 * Ends what is left of the tools of a run that is gone.
 * @throws ConflictError `survivor` if one can't be ended
 */
export async function endSurvivors(journal: PlanJournal, processes: ProcessTable): Promise<void> {
  const left = await processes.end(findSurvivors(journal, processes), SURVIVOR_GRACE_MS);
  if (left.length === 0) return;
  throw new ConflictError('survivor', `a tool of an earlier run can't be ended: pid ${left.join(', ')}`, {
    hint: 'going on beside it could do its work twice',
    nextSteps: [`end it by hand: kill -9 ${left.join(' ')}`],
  });
}

function unfinishedWrites(command: string, calls: readonly ToolCallState[], first: string): WaitingError {
  const steps = calls.map(({ step_id, tool }) => `${step_id} (${tool})`).join(', ');
  return new WaitingError(
    'unfinished_write',
    `a write was cut off, nobody knows how far it came: step ${steps}`,
    {
      hint: 'look at the files, then say whether it is to run again or counts as skipped',
      nextSteps: [`${command} --rerun ${first}`, `${command} --skip ${first}`],
    },
  );
}
