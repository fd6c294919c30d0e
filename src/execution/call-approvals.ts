import { PlanError } from '../domain/errors.ts';
import { shortId, type DecisionId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { MODEL_TOOL } from '../domain/model-replies.ts';
import { permissionFor, subjectOf, type Permission, type PermissionRules } from '../domain/permissions.ts';
import { decisionsOf } from '../domain/plan-state.ts';
import type { CallPermission, IntendedCall } from '../ports/call-permission.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { People } from './people.ts';
import { strategyOf } from './plan-context.ts';

export interface CallApprovalDependencies {
  readonly journal: PlanJournal;
  readonly people: Pick<People, 'decide'>;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly rules: PermissionRules;
}

const MAX_DETAIL = 20_000;
const OPTIONS = [
  { id: 'allow', description: 'make this call' },
  { id: 'deny', description: 'the step fails instead' },
] as const;

/** Asks a person before calls that `core.permissions` says to ask about. The question is a decision like any other. */
export class CallApprovals implements CallPermission {
  readonly #deps: CallApprovalDependencies;

  constructor(deps: CallApprovalDependencies) {
    this.#deps = deps;
  }

  asks(tool: string, input: JsonObject): boolean {
    return this.#permission(tool, input).kind === 'ask';
  }

  async require(call: IntendedCall): Promise<void> {
    const { kind, rule } = this.#permission(call.tool, call.input);
    if (kind === 'allow' || (kind === 'ask' && !isMeant(call.tool, rule))) return;
    if (kind === 'deny') throw refused(call, `core.permissions.deny: ${rule}`);
    const made = await this.#deps.people.decide(call.planId, await this.#question(call), null);
    if (made.chosen !== 'allow') throw refused(call, `by ${made.by}`);
  }

  #permission(tool: string, input: JsonObject): Permission {
    return permissionFor(this.#deps.rules, tool, subjectOf(input));
  }

  /** One answer holds for the same call again: a retry, or a plan that rested until it came. */
  async #question(call: IntendedCall): Promise<DecisionId> {
    const { journal, ids, clock } = this.#deps;
    const decisions = decisionsOf(journal.plan(call.planId));
    const question = `May ${call.tool} run${subjectOf(call.input) === '' ? '' : `: ${subjectOf(call.input)}`}?`;
    const detail = (call.diff ?? JSON.stringify(call.input, null, 2)).slice(0, MAX_DETAIL);
    const known = decisions.findLast(
      (one) =>
        one.type === 'approval' &&
        one.step_id === call.stepId &&
        one.detail === detail &&
        one.superseded_by === null,
    );
    if (known) return known.id;
    const decision = {
      id: ids.next(),
      parent_id: strategyOf(decisions),
      type: 'approval',
      step_id: call.stepId,
      question,
      options: OPTIONS,
      chosen: null,
      rationale: null,
      detail,
      confidence: null,
      by: 'human',
      superseded_by: null,
      created_at: new Date(clock.now()).toISOString(),
    };
    await journal.commit([{ type: 'decision.made', plan_id: call.planId, payload: { decision } }]);
    return decision.id;
  }
}

/** Who wants to be asked about every call means tools: each word of a conversation is asked about only by name. */
const isMeant = (tool: string, rule: string | null): boolean =>
  tool !== MODEL_TOOL || (rule?.startsWith('model.') ?? false);

function refused({ tool, stepId, planId }: IntendedCall, why: string): PlanError {
  return new PlanError('not_permitted', `${tool} may not run in step ${stepId}`, {
    hint: why,
    nextSteps: [`agents plan retry ${shortId(planId)}`],
  });
}
