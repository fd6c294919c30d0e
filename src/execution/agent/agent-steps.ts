import { PlanError, toErrorValue } from '../../domain/errors.ts';
import { MODEL_TOOL } from '../../domain/model-replies.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { fitsAny } from '../../domain/permissions.ts';
import type { AgentStep } from '../../domain/plan-document.ts';
import { callOf, callsOf, type ToolCallState } from '../../domain/plan-state.ts';
import type { ExpressionScope } from '../../ports/expressions.ts';
import type {
  LanguageModels,
  ModelCall,
  ModelCallResult,
  ModelMessage,
} from '../../ports/language-models.ts';
import type { Tool } from '../../ports/tool.ts';
import { planSpawn } from '../../tools/builtin/plan-spawn.ts';
import { internalize } from '../../tools/externalize.ts';
import type { ToolRequest } from '../../tools/tool-call.ts';
import { Interruption } from '../execution-control.ts';
import { isFatal, wasInterrupted } from '../fatal-errors.ts';
import type { PlanContext } from '../plan-context.ts';
import type { RunServices } from '../run-services.ts';
import type { SubplanExecutionService } from '../subplan-execution-service.ts';
import { modelText } from './model-text.ts';
import { askModel, callsOfTurn, forModel, readTurn, type ModelTurn } from './model-turn.ts';
import { spawnTool } from './spawn-subplan.ts';
import type { StepAttempt } from './step-attempt.ts';
import { lastRollback, undoneText } from './undone-work.ts';

type AgentAttempt = StepAttempt<AgentStep>;

/** What the model has been told and has said, as the state has it. */
interface Conversation {
  readonly turns: readonly ModelTurn[];
  /** Calls of the last reply that have no answer in the conversation yet. */
  readonly open: readonly ModelCall[];
  /** Of them, what is recorded already. */
  readonly recorded: ReadonlyMap<string, ToolCallState>;
  /** Replies of this attempt. */
  readonly replies: number;
}

/**
 * Steps that a model does. One request, one reply, stored before anything comes of it: a run that goes on after a kill never pays for
 * the same reply twice. Each call that it asks for goes through the tool runner like any other.
 */
export class AgentSteps {
  readonly #run: RunServices;
  readonly #subplans: SubplanExecutionService;
  readonly #turns = new WeakMap<ToolCallState, ModelTurn>();

  constructor(run: RunServices, subplans: SubplanExecutionService) {
    this.#run = run;
    this.#subplans = subplans;
  }

  /**
   * @throws PlanError `agent_step_limit`, `reply_cut_off`, `model_failed` and what `LanguageModels.find` throws
   * @throws Interruption if the run is to rest: the conversation goes on from there
   */
  async run(around: AgentAttempt): Promise<JsonObject> {
    const { plan, step, scope, signal } = around;
    const models = await this.#run.models();
    const model = await models.find(step.model === null ? null : modelText(this.#run, step.model, scope));
    const tools = this.#offered(step);
    const system = this.#system(plan, step, scope);
    for (;;) {
      const said = await this.#conversation(around);
      const last = said.turns.at(-1);
      const rollback = await lastRollback(this.#run);
      const isNews = rollback !== null && rollback.id !== (last?.rollback ?? null);
      const place = { plan, stepId: step.id, hasBegun: last !== undefined };
      const note = isNews ? await undoneText(this.#run, place, rollback) : null;
      if (last && last.calls.length === 0 && note === null) return outputs(said.turns, last);
      const answers = last ? await this.#answers(around, models, said, note !== null) : [];
      if (said.replies >= step.max_steps) throw overLimit(step);
      this.#restIfAsked();
      const before = [
        ...(last ? answers : [userMessage(modelText(this.#run, step.prompt, scope))]),
        ...(note === null ? [] : [userMessage(note)]),
      ];
      const question = {
        model,
        system,
        said: said.turns.flatMap((turn) => [...turn.before, turn.message]),
        before: this.#run.tools.redacted(before as unknown as Json) as unknown as readonly ModelMessage[],
        tools,
        answer: null,
        rollback: rollback?.id ?? null,
      };
      await this.#call(around, askModel(models, question), { model, reply: said.replies + 1 });
      // What was paid for is on disk before anything is done with it.
      await this.#run.journal.flush();
      signal.throwIfAborted();
    }
  }

  async #call({ plan, step, attempt, signal }: AgentAttempt, own: Tool, input: JsonObject): Promise<string> {
    const request = {
      planId: plan.planId,
      stepId: step.id,
      attempt,
      tool: own.name,
      own,
      input,
      env: {},
      effect: null,
    };
    return await this.#run.tools.run(request, signal);
  }

  /** A retry goes on with the conversation, as it goes on with the files; where these are put back, it begins anew. */
  async #conversation({ plan, step, attempt }: AgentAttempt): Promise<Conversation> {
    const all = callsOf(this.#run.journal.plan(plan.planId)).filter((call) => call.step_id === step.id);
    const calls = step.retries.restore === null ? all : all.filter((call) => call.attempt === attempt);
    const replies = calls.filter(({ tool, status }) => tool === MODEL_TOOL && status === 'complete');
    const turns = await Promise.all(replies.map((call) => this.#turn(call)));
    const last = turns.at(-1);
    const open = last ? callsOfTurn(last) : [];
    const lastReply = replies.at(-1);
    const since = lastReply ? calls.slice(calls.indexOf(lastReply) + 1) : [];
    const recorded = new Map(
      since.flatMap((call) => (call.asked_as === undefined ? [] : [[call.asked_as, call]])),
    );
    return { turns, open, recorded, replies: replies.filter((call) => call.attempt === attempt).length };
  }

  /** Read once: each reply needs all before it. */
  async #turn(call: ToolCallState): Promise<ModelTurn> {
    const known = this.#turns.get(call);
    if (known) return known;
    const turn = await readTurn(call, this.#run.blobs);
    this.#turns.set(call, turn);
    return turn;
  }

  /** Reads beside each other, a write alone, in the order in which the model asks for them. */
  async #answers(
    around: AgentAttempt,
    models: LanguageModels,
    { open, recorded }: Conversation,
    isUndone: boolean,
  ): Promise<readonly ModelMessage[]> {
    if (open.length === 0) return [];
    const results: Promise<ModelCallResult>[] = [];
    let hasFailed = false;
    for (const call of open) {
      const known = recorded.get(call.id);
      const isWrite = known === undefined && this.#isWrite(around, call);
      if (isWrite) await Promise.allSettled(results);
      if (hasFailed) break;
      const result = this.#answer(around, call, known, isUndone);
      result.catch(() => (hasFailed = true));
      results.push(result);
      if (isWrite) await Promise.allSettled(results);
    }
    // Before the run rests or ends by one, the others have ended.
    await Promise.allSettled(results);
    return [models.resultMessage(await Promise.all(results))];
  }

  async #answer(
    around: AgentAttempt,
    call: ModelCall,
    known: ToolCallState | undefined,
    isUndone: boolean,
  ): Promise<ModelCallResult> {
    const told = (kind: 'json' | 'error', value: Json): ModelCallResult => ({
      call,
      output: { kind, value },
    });
    if (known?.status === 'complete') return told('json', await this.#resultOf(known));
    if (known?.status === 'failed' && !wasInterrupted(known.error))
      return told('error', errorFor(known.error));
    if (isUndone) return told('error', 'not done: a person took the work back');
    if (known?.effect === 'write')
      return told('error', 'interrupted: it was cut off; look at what is there before you go on');
    if (call.fault !== null) return told('error', `the arguments can't be read: ${call.fault}`);
    if (!this.#offered(around.step).some(({ name }) => name === call.name))
      return told('error', `there is no tool ${call.name} here`);
    this.#restIfAsked();
    try {
      const id = await this.#run.tools.run(this.#request(around, call), around.signal);
      const made = callOf(this.#run.journal.plan(around.plan.planId), id) as ToolCallState;
      return told('json', await this.#resultOf(made));
    } catch (thrown) {
      if (isFatal(thrown) || around.signal.aborted) throw thrown;
      return told('error', errorFor(toErrorValue(thrown)));
    }
  }

  async #resultOf({ result }: ToolCallState): Promise<Json> {
    return forModel(await internalize(result, this.#run.blobs));
  }

  #request(around: AgentAttempt, call: ModelCall): ToolRequest {
    const { plan, step, scope, attempt } = around;
    const isSpawn = call.name === planSpawn.name;
    return {
      ...(isSpawn && { own: spawnTool(this.#run, this.#subplans, around) }),
      planId: plan.planId,
      stepId: step.id,
      attempt,
      tool: call.name,
      input: call.input,
      env: scope.env,
      effect: null,
      askedAs: call.id,
    };
  }

  /** What would be refused is nothing that others have to wait for. */
  #isWrite(around: AgentAttempt, call: ModelCall): boolean {
    try {
      return this.#run.tools.effectOf(this.#request(around, call)) === 'write';
    } catch (thrown) {
      if (thrown instanceof PlanError) return false;
      throw thrown;
    }
  }

  #offered({ tools }: AgentStep): readonly Tool[] {
    return this.#run.registry.list().filter(({ name }) => fitsAny(tools, name));
  }

  #system(plan: PlanContext, { system }: AgentStep, scope: ExpressionScope): string {
    const own = system === null ? '' : `\n\n${modelText(this.#run, system, scope)}`;
    return `You do one step of the plan "${plan.document.name}" in the folder ${plan.workspace}, by calling tools. Paths are relative to that folder. When the step is done, say in a few words what you did.${own}`;
  }

  #restIfAsked(): void {
    const { intent } = this.#run.control;
    if (intent) throw new Interruption(intent);
  }
}

const userMessage = (content: string): ModelMessage => ({ role: 'user', content });

function outputs(turns: readonly ModelTurn[], last: ModelTurn): JsonObject {
  if (last.finish === 'length' || last.finish === 'content-filter') {
    throw new PlanError('reply_cut_off', `the last reply of ${last.model} was cut off: ${last.finish}`, {
      hint: 'what it had said stands in the calls of the step',
    });
  }
  const sum = (of: (turn: ModelTurn) => number | null): number | null => {
    const known = turns.map(of);
    return known.some((count) => count === null) ? null : known.reduce<number>((a, b) => a + (b ?? 0), 0);
  };
  return {
    text: last.text,
    model: last.model,
    replies: turns.length,
    calls: turns.reduce((count, { calls }) => count + calls.length, 0),
    input_tokens: sum(({ usage }) => usage.input_tokens),
    output_tokens: sum(({ usage }) => usage.output_tokens),
    cost: sum(({ cost }) => cost),
  };
}

function overLimit({ id, max_steps }: AgentStep): PlanError {
  return new PlanError('agent_step_limit', `the model of step ${id} is not done after ${max_steps} replies`, {
    hint: 'max_steps is the limit; retries go on with the conversation',
  });
}

function errorFor(error: ToolCallState['error']): string {
  if (error === null) return 'failed';
  return [error.message, ...(error.hint === null ? [] : [error.hint])].join('\n');
}
