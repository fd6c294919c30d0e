import { PlanError } from '../domain/errors.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { AskStep, DecideStep, RunStep, StepSpec, UsesStep } from '../domain/plan-document.ts';
import { decisionForStep, decisionsOf, type DecisionState } from '../domain/plan-state.ts';
import type { ExpressionScope } from '../ports/expressions.ts';
import { AgentSteps } from './agent/agent-steps.ts';
import { decideByModel } from './agent/model-decision.ts';
import type { StepAttempt } from './agent/step-attempt.ts';
import { strategyOf, toText, type PlanContext } from './plan-context.ts';
import type { RunServices } from './run-services.ts';
import type { SubplanExecutionService } from './subplan-execution-service.ts';

/** What a step gave: the call whose result it is, or a value of its own. */
export interface StepOutput {
  readonly call_id: string | null;
  readonly output: Json;
}

/** What each verb of a step does. */
export class StepVerbs {
  readonly #run: RunServices;
  readonly #subplans: SubplanExecutionService;
  readonly #agents: AgentSteps;

  constructor(run: RunServices, subplans: SubplanExecutionService) {
    this.#run = run;
    this.#subplans = subplans;
    this.#agents = new AgentSteps(run, subplans);
  }

  async run(
    plan: PlanContext,
    step: StepSpec,
    scope: ExpressionScope,
    attempt: number,
    signal: AbortSignal,
  ): Promise<StepOutput> {
    switch (step.kind) {
      case 'run':
      case 'uses':
        return await this.#call(plan, step, scope, attempt, signal);
      case 'decide':
        return await this.#decide({ plan, step, scope, attempt, signal });
      case 'ask':
        return await this.#ask(plan, step, scope);
      case 'sleep':
        await this.#run.clock.sleep(
          step.sleep_ms,
          AbortSignal.any([signal, this.#run.control.interruptSignal]),
        );
        return { call_id: null, output: {} };
      case 'agent':
        return {
          call_id: null,
          output: await this.#agents.run({ plan, step, scope, attempt, signal }),
        };
      case 'subplans': {
        return { call_id: null, output: await this.#subplans.run(plan, step, { scope, signal }) };
      }
    }
  }

  async #call(
    plan: PlanContext,
    step: RunStep | UsesStep,
    scope: ExpressionScope,
    attempt: number,
    signal: AbortSignal,
  ): Promise<StepOutput> {
    const isRun = step.kind === 'run';
    const input = isRun
      ? { command: step.run, effect: step.effect }
      : this.#run.expressions.fill(step.with, scope);
    const request = {
      planId: plan.planId,
      stepId: step.id,
      attempt,
      tool: isRun ? 'shell.run' : step.uses,
      input,
      env: scope.env,
      effect: step.effect,
    };
    return { call_id: await this.#run.tools.run(request, signal), output: null };
  }

  async #decide(around: StepAttempt<DecideStep>): Promise<StepOutput> {
    const { plan, step } = around;
    const known = decisionForStep(this.#run.journal.plan(plan.planId), step.id);
    const { chosen, by } = await this.#choose(around, known);
    return { call_id: null, output: { chosen, by } };
  }

  /** A person who corrected a rule or a model has the last word. */
  async #choose(around: StepAttempt<DecideStep>, known: DecisionState | undefined): Promise<DecisionState> {
    const { plan, step, scope } = around;
    if (step.by === 'rule' && (known === undefined || known.by === 'rule'))
      return await this.#byRule(plan, step, scope);
    if (step.by === 'model' && known === undefined) return await this.#byModel(around);
    return await this.#byPerson(plan, step, scope);
  }

  async #byModel(around: StepAttempt<DecideStep>): Promise<DecisionState> {
    const { plan, step, scope } = around;
    const made = await decideByModel(this.#run, around);
    const asked = { question: this.#text(step.question, scope), options: step.options };
    return await this.#record(plan, step.id, { ...asked, type: 'choice', ...made });
  }

  async #byRule(plan: PlanContext, step: DecideStep, scope: ExpressionScope): Promise<DecisionState> {
    const chosen = this.#run.expressions.fill(step.choose, scope);
    if (!step.options.some((option) => option.id === chosen)) {
      throw new PlanError(
        'unknown_option',
        `the rule of ${step.id} gave ${toText(chosen)}, which is no option`,
        {
          hint: `options: ${step.options.map((option) => option.id).join(', ')}`,
        },
      );
    }
    const asked = { question: this.#text(step.question, scope), options: step.options };
    const rationale =
      step.rationale === null ? `rule: ${toText(step.choose)}` : this.#text(step.rationale, scope);
    return await this.#record(plan, step.id, { ...asked, type: 'choice', chosen, rationale, by: 'rule' });
  }

  async #byPerson(plan: PlanContext, step: DecideStep, scope: ExpressionScope): Promise<DecisionState> {
    const question = this.#text(step.question, scope);
    const rationale = step.rationale === null ? null : this.#text(step.rationale, scope);
    const id = await this.#question(plan, step.id, {
      type: 'choice',
      question,
      options: step.options,
      rationale,
      default: step.default,
    });
    return await this.#run.people.decide(plan.planId, id, step.default);
  }

  async #ask(plan: PlanContext, step: AskStep, scope: ExpressionScope): Promise<StepOutput> {
    const question = this.#text(step.question, scope);
    const fallback = step.default === null ? null : toText(step.default);
    const id = await this.#question(plan, step.id, {
      type: 'answer',
      question,
      options: [],
      rationale: null,
      default: fallback,
    });
    const made = await this.#run.people.decide(plan.planId, id, fallback);
    return { call_id: null, output: { answer: typedAnswer(step, toText(made.chosen)) } };
  }

  /** Asks once: a decision that waits already, from before a pause, is the one to be answered. */
  async #question(
    plan: PlanContext,
    stepId: string,
    asked: Pick<DecisionState, 'type' | 'question' | 'options' | 'rationale' | 'default'>,
  ): Promise<DecisionId> {
    const known = decisionForStep(this.#run.journal.plan(plan.planId), stepId);
    const { id } = known ?? (await this.#record(plan, stepId, { ...asked, chosen: null, by: 'human' }));
    return id;
  }

  async #record(
    plan: PlanContext,
    stepId: string,
    made: Pick<DecisionState, 'type' | 'question' | 'options' | 'rationale' | 'default' | 'chosen' | 'by'> &
      Partial<Pick<DecisionState, 'confidence'>>,
  ): Promise<DecisionState> {
    const state = this.#run.journal.plan(plan.planId);
    const decision = {
      confidence: null,
      ...made,
      id: this.#run.ids.next(),
      parent_id: strategyOf(decisionsOf(state)),
      step_id: stepId,
      superseded_by: null,
      created_at: new Date(this.#run.clock.now()).toISOString(),
    };
    await this.#run.journal.commit([{ type: 'decision.made', plan_id: plan.planId, payload: { decision } }]);
    return { ...decision, sequence: 0 };
  }

  #text(template: string, scope: ExpressionScope): string {
    return toText(this.#run.expressions.fill(template, scope));
  }
}

function typedAnswer(step: AskStep, text: string): Json {
  if (step.type === 'string') return text;
  if (step.type === 'boolean') return /^(true|yes|y)$/i.test(text);
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new PlanError('bad_answer', `the answer to ${step.id} is not a number: ${text}`);
}
