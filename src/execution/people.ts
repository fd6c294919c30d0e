import type { CheckpointMark } from '../domain/checkpoint.ts';
import { decisionName, decisionsNamed } from '../domain/decision-references.ts';
import { BugError, ConflictError, NotFoundError, UsageError } from '../domain/errors.ts';
import { shortId, type CheckpointId, type DecisionId, type PlanId } from '../domain/ids.ts';
import { markEvents } from '../domain/mark-checkpoint.ts';
import { decisionOf, decisionsOf, type DecisionState, type TreeState } from '../domain/plan-state.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { Prompter } from '../ports/prompter.ts';
import type { EventBus } from './event-bus.ts';
import { Interruption, type ExecutionControl } from './execution-control.ts';

export interface PeopleDependencies {
  readonly journal: PlanJournal;
  readonly bus: EventBus;
  readonly control: ExecutionControl;
  /** null: nobody can be asked here. */
  readonly prompter: Prompter | null;
}

/** Gets answers from people: from the terminal of this run, or from any other by `agents plan answer`. */
export class People {
  readonly #deps: PeopleDependencies;
  #prompt: Promise<unknown> = Promise.resolve();

  constructor(deps: PeopleDependencies) {
    this.#deps = deps;
  }

  /**
   * Resolves with the decision once it is made.
   * @param fallback taken when nobody can be asked; null: then the plan waits
   * @throws Interruption if the run is to rest, or nobody is there
   */
  async decide(planId: PlanId, id: DecisionId, fallback: string | null): Promise<DecisionState> {
    const asked = this.#decision(planId, id);
    if (asked.chosen !== null) return asked;
    if (!this.#deps.prompter) {
      if (fallback === null) throw waitingFor(asked);
      await answerDecision(this.#deps.journal, { planId, decision: id, choice: fallback, by: 'default' });
    } else {
      await this.#ask(planId, id, this.#deps.prompter);
    }
    return this.decide(planId, id, fallback);
  }

  /** Asks here, and listens for an answer from elsewhere; one question at a time on the terminal. */
  async #ask(planId: PlanId, id: DecisionId, prompter: Prompter): Promise<void> {
    const { journal, bus, control } = this.#deps;
    const answered = new AbortController();
    const off = bus.subscribe({
      onEvent: (event) => {
        if (event.type === 'decision.made' && event.payload.decision.id === id) answered.abort();
      },
    });
    const signal = AbortSignal.any([answered.signal, control.interruptSignal]);
    const turn = this.#prompt.then(async () => {
      const decision = this.#decision(planId, id);
      if (signal.aborted || decision.chosen !== null) return;
      const choice = await prompter.ask(decision, signal);
      if (signal.aborted) return;
      if (choice === null) throw waitingFor(decision);
      await answerDecision(journal, { planId, decision: id, choice, by: 'human' });
    });
    this.#prompt = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      off();
    }
    if (control.intent && this.#decision(planId, id).chosen === null) throw new Interruption(control.intent);
  }

  #decision(planId: PlanId, id: DecisionId): DecisionState {
    const decision = decisionOf(this.#deps.journal.plan(planId), id);
    if (!decision) throw new BugError('unknown_decision', `plan ${planId} has no decision ${id}`);
    return decision;
  }
}

function waitingFor(decision: DecisionState): Interruption {
  return new Interruption({ kind: 'waiting', by: `decision ${decisionName(decision)}` });
}

/** An answer to a decision that waits. */
export interface Answer {
  /** The plan it belongs to; its subplans are looked through too. */
  readonly planId: PlanId;
  /** Its step's id, its own id, or a unique part of its beginning or end. */
  readonly decision: string;
  readonly choice: string;
  readonly by: string;
}

/** Records an answer. @throws NotFoundError, ConflictError `already_answered`, UsageError naming the options */
export async function answerDecision(journal: PlanJournal, answer: Answer): Promise<void> {
  const [planId, decision] = findDecision(journal.tree, answer);
  if (decision.chosen !== null) {
    throw new ConflictError(
      'already_answered',
      `${describe(decision)} is answered already: ${JSON.stringify(decision.chosen)}`,
      {
        hint: `by ${decision.by}`,
        nextSteps: [`agents plan show ${shortId(planId)} ${decisionName(decision)}`],
      },
    );
  }
  const ids = decision.options.map((option) => option.id);
  if (ids.length > 0 && !ids.includes(answer.choice)) {
    throw new UsageError('unknown_option', `${answer.choice} is no option of ${describe(decision)}`, {
      hint: `options: ${ids.join(', ')}`,
      nextSteps: [`agents plan answer ${shortId(planId)} ${decisionName(decision)} ${ids.join('|')}`],
    });
  }
  const { sequence: _, ...asked } = decision;
  const made = { ...asked, chosen: answer.choice, by: answer.by };
  await journal.commit([{ type: 'decision.made', plan_id: planId, payload: { decision: made } }]);
}

function describe(decision: DecisionState): string {
  return `the decision ${decisionName(decision)} ("${decision.question}")`;
}

function findDecision(tree: TreeState, answer: Answer): readonly [PlanId, DecisionState] {
  const all = decisionsNamed(tree, answer.planId, answer.decision);
  const open = all.filter(([, decision]) => decision.chosen === null);
  const found = open[0] ?? all[0];
  if (!found) {
    throw new NotFoundError('decision_not_found', `no decision is called ${answer.decision}`, {
      hint: waitingHint(tree),
      nextSteps: [`agents plan status ${shortId(answer.planId)}`],
    });
  }
  if (open.length > 1) {
    throw new NotFoundError(
      'ambiguous_decision',
      `${answer.decision} names ${open.length} decisions that wait`,
      {
        hint: open.map(([, decision]) => `${decision.id} ${decision.question}`).join('; '),
        nextSteps: open
          .slice(0, 3)
          .map(([, { id }]) => `agents plan answer ${shortId(answer.planId)} ${id} ${answer.choice}`),
      },
    );
  }
  return found;
}

function waitingHint(tree: TreeState): string {
  const waiting = [...tree.plans.values()]
    .flatMap((plan) => decisionsOf(plan))
    .filter(({ chosen }) => chosen === null);
  return waiting.length === 0
    ? 'nothing waits for an answer'
    : `waiting: ${waiting.map(decisionName).join(', ')}`;
}

/** Labels or pins a checkpoint of the journal's tree; nothing is recorded if it is so already. @throws NotFoundError */
export async function markCheckpoint(
  journal: PlanJournal,
  checkpoints: Pick<CheckpointStore, 'resolve'>,
  id: CheckpointId,
  mark: CheckpointMark,
): Promise<void> {
  const events = markEvents(await checkpoints.resolve(journal.rootId, id), mark);
  if (events.length > 0) await journal.commit(events);
}
