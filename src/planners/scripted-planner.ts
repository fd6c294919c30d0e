import type { PlanDocument, StepSpec } from '../domain/plan-document.ts';
import { stepOf, type PlanState } from '../domain/plan-state.ts';
import type { StepStatus } from '../domain/plan.ts';
import type { Planner, UpstreamStatus } from '../ports/planner.ts';

/**
 * How many steps are looked at (and offered) at once. Without a bound, a plan of many independent steps would be
 * scanned as a whole after each of them.
 */
const WINDOW = 256;

const OPEN: readonly StepStatus[] = ['pending', 'running'];

interface Node {
  readonly step: StepSpec;
  readonly index: number;
  /** Steps that need this one. */
  readonly dependents: Node[];
  /** Needs that are not known to have ended. */
  missing: number;
  /** What its needs, direct or not, hand down to it. */
  upstream: UpstreamStatus;
}

/**
 * Plans by the document's graph alone. It remembers which steps it has seen end, so that each step costs a constant
 * amount of work over a whole run; begun in the middle of a run it catches up on the first call.
 */
export function createScriptedPlanner(document: PlanDocument): Planner {
  return new ScriptedPlanner(document);
}

class ScriptedPlanner implements Planner {
  readonly #nodes: ReadonlyMap<string, Node>;
  /** Steps whose needs have ended and which are not in the window yet, oldest first from `#next`. */
  readonly #queue: Node[];
  #next = 0;
  readonly #window = new Set<Node>();
  #ended = 0;

  constructor(document: PlanDocument) {
    this.#nodes = buildGraph(document.steps);
    this.#queue = [...this.#nodes.values()].filter((node) => node.missing === 0);
  }

  ready(state: PlanState): ReturnType<Planner['ready']> {
    this.#catchUp(state);
    const active = [...this.#window].sort((a, b) => a.index - b.index);
    const ready = active.filter(({ step }) => statusOf(state, step) === 'pending').map(({ step }) => step);
    const waiting = this.#nodes.size - this.#ended - active.length;
    return { ready, waiting, done: this.#ended === this.#nodes.size };
  }

  upstreamStatus(state: PlanState, step: StepSpec): UpstreamStatus {
    this.#catchUp(state);
    return this.#nodes.get(step.id)?.upstream ?? 'success';
  }

  /** Takes ended steps out of the window and what they made possible into it, until nothing moves. */
  #catchUp(state: PlanState): void {
    for (const node of this.#window) this.#settle(node, state);
    while (this.#window.size < WINDOW) {
      const node = this.#queue[this.#next];
      if (!node) return;
      this.#next += 1;
      this.#window.add(node);
      this.#settle(node, state);
    }
  }

  #settle(node: Node, state: PlanState): void {
    const status = statusOf(state, node.step);
    if (OPEN.includes(status)) return;
    this.#window.delete(node);
    this.#ended += 1;
    const handedDown = worse(node.upstream, ownStatus(node.step, status));
    for (const dependent of node.dependents) {
      dependent.upstream = worse(dependent.upstream, handedDown);
      dependent.missing -= 1;
      if (dependent.missing === 0) this.#queue.push(dependent);
    }
  }
}

function buildGraph(steps: readonly StepSpec[]): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>();
  steps.forEach((step, index) => {
    nodes.set(step.id, { step, index, dependents: [], missing: 0, upstream: 'success' });
  });
  for (const node of nodes.values()) {
    for (const id of new Set(node.step.needs)) {
      // A need that is not there was refused with the document; it can't hold a step back for ever.
      const needed = nodes.get(id);
      if (!needed) continue;
      needed.dependents.push(node);
      node.missing += 1;
    }
  }
  return nodes;
}

function statusOf(state: PlanState, step: StepSpec): StepStatus {
  return stepOf(state, step.id)?.status ?? 'pending';
}

function ownStatus(step: StepSpec, status: StepStatus): UpstreamStatus {
  if (status === 'cancelled') return 'cancelled';
  return status === 'failed' && !step.continue_on_error ? 'failure' : 'success';
}

/** A failure outweighs a cancellation, which outweighs success. */
function worse(a: UpstreamStatus, b: UpstreamStatus): UpstreamStatus {
  if (a === 'failure' || b === 'failure') return 'failure';
  return a === 'cancelled' || b === 'cancelled' ? 'cancelled' : 'success';
}
