import { PlanError, toErrorValue, type ErrorValue } from '../domain/errors.ts';
import type { CallId, PlanId } from '../domain/ids.ts';
import { findJsonFault, type Json, type JsonObject } from '../domain/json.ts';
import type { Effect } from '../domain/plan.ts';
import type { EventPayloads, EventType, NewEvent } from '../domain/plan-event.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { CheckpointTrigger } from '../ports/checkpoint-trigger.ts';
import type { OutputLine } from '../ports/event-listener.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { ToolContext } from '../ports/tool.ts';
import type { WorkspaceRecorder } from '../ports/workspace-recorder.ts';
import { externalize } from './externalize.ts';
import { LiveOutput } from './live-output.ts';
import type { Redactor } from './redaction.ts';
import { prepareCall, type CallSettings, type ToolCall, type ToolRequest } from './tool-call.ts';
import { ToolFailure } from './tool-failure.ts';
import type { WriteWindow } from './write-window.ts';

export interface ToolRunnerDependencies extends CallSettings {
  readonly journal: PlanJournal;
  readonly window: WriteWindow;
  readonly blobs: BlobStore;
  readonly ids: IdSource;
  readonly redactor: Redactor;
  readonly onOutput: (line: OutputLine) => void;
}

/** How a recorded body ended: null is well, anything else is what it threw. */
type Failure = { readonly thrown: unknown } | null;

/**
 * Runs tools for steps: checks, write window, triggers, recording, redaction. Everything that touches the workspace goes
 * through here. Without `checkpoints` no automatic checkpoint is taken; without `recorder` files are not captured.
 */
export class ToolRunner {
  readonly #deps: ToolRunnerDependencies;
  readonly #checkpoints: CheckpointTrigger | undefined;
  readonly #recorder: WorkspaceRecorder | undefined;

  constructor(deps: ToolRunnerDependencies, checkpoints?: CheckpointTrigger, recorder?: WorkspaceRecorder) {
    this.#deps = deps;
    this.#checkpoints = checkpoints;
    this.#recorder = recorder;
  }

  /**
   * Runs one call and resolves with its id once its result is recorded.
   * @throws PlanError if the call is refused or fails; the signal's reason if it is aborted before its body began
   * @throws CheckpointError if a checkpoint failed and the configuration says stop
   */
  async run(request: ToolRequest, signal: AbortSignal): Promise<CallId> {
    const call = prepareCall(request, this.#deps.ids.next(), this.#deps);
    await call.tool.check?.(call.input, { workspace: this.#deps.journal.workspace });
    const failure =
      call.effect === 'write' ? await this.#write(call, signal) : await this.#record(call, signal);
    if (failure) throw failure.thrown;
    return call.id;
  }

  async #write(call: ToolCall, signal: AbortSignal): Promise<Failure> {
    const { planId, stepId, attempt } = call.request;
    const owner = { plan_id: planId, step_id: stepId, call_id: call.id, tool: call.tool.name };
    const context = { planId, stepId, attempt, tool: call.tool.name, callId: call.id };
    return await this.#deps.window.run(owner, signal, async () => {
      await this.#checkpoints?.fire('on_tool_write', context);
      const failure = await this.#record(call, signal);
      const outcome = failure ? 'error' : 'ok';
      await this.#checkpoints?.fire('on_tool_write_complete', { ...context, outcome });
      return failure;
    });
  }

  /** Runs the body between its two events. @throws what keeps it from beginning or from being recorded */
  async #record(call: ToolCall, signal: AbortSignal): Promise<Failure> {
    signal.throwIfAborted();
    await this.#commit(call.request.planId, 'tool.started', {
      call_id: call.id,
      step_id: call.request.stepId,
      attempt: call.request.attempt,
      tool: call.tool.name,
      effect: call.effect,
      input: await externalize(this.#deps.redactor.value(call.request.input), this.#deps.blobs),
      tree_before: await this.#treeOf(call.effect),
    });
    const output = this.#outputOf(call);
    const [ended, failure] = await this.#runBody(call, output, signal);
    output.end();
    const log = await output.store(this.#deps.blobs);
    const plan_id = call.request.planId;
    const said: readonly NewEvent[] = log
      ? [{ type: 'tool.output', plan_id, payload: { call_id: call.id, log } }]
      : [];
    await this.#deps.journal.commit([...said, ended]);
    return failure;
  }

  async #runBody(call: ToolCall, output: LiveOutput, signal: AbortSignal): Promise<[NewEvent, Failure]> {
    try {
      const result = await call.tool.run(call.input, this.#contextOf(call, output, signal));
      return [await this.#completed(call, result), null];
    } catch (thrown) {
      // What the tool says of an abort is its own affair; why it was aborted is what counts.
      const cause: unknown = signal.aborted ? signal.reason : thrown;
      return [await this.#failed(call, cause, thrown), { thrown: cause }];
    }
  }

  async #completed(call: ToolCall, raw: JsonObject): Promise<NewEvent> {
    const fault = findJsonFault(raw);
    if (fault) {
      const where = `${call.request.stepId}.outputs.${fault.path}`;
      throw new PlanError(
        'output_not_json',
        `${call.tool.name} gave a value that can't be stored: ${where}`,
        {
          hint: fault.reason,
        },
      );
    }
    const result = await externalize(this.#deps.redactor.value(raw), this.#deps.blobs);
    const payload = { call_id: call.id, result, tree_after: await this.#treeOf(call.effect) };
    return { type: 'tool.completed', plan_id: call.request.planId, payload };
  }

  async #failed(call: ToolCall, cause: unknown, thrown: unknown): Promise<NewEvent> {
    const { redactor, blobs } = this.#deps;
    const partial = thrown instanceof ToolFailure ? thrown.result : null;
    const payload = {
      call_id: call.id,
      error: redactor.value({ ...toErrorValue(cause) }) as unknown as ErrorValue,
      result: await externalize(redactor.value(partial), blobs),
      tree_after: await this.#treeOf(call.effect),
    };
    return { type: 'tool.failed', plan_id: call.request.planId, payload };
  }

  async #treeOf(effect: Effect): Promise<string | null> {
    if (effect === 'read' || !this.#recorder) return null;
    return await this.#recorder.record(this.#deps.journal.workspace);
  }

  #outputOf(call: ToolCall): LiveOutput {
    const { planId, stepId } = call.request;
    return new LiveOutput(this.#deps.redactor, (stream, text) =>
      this.#deps.onOutput({ plan_id: planId, step_id: stepId, call_id: call.id, stream, text }),
    );
  }

  #contextOf(call: ToolCall, output: LiveOutput, signal: AbortSignal): ToolContext {
    const { planId, stepId } = call.request;
    const { journal, redactor } = this.#deps;
    return {
      workspace: journal.workspace,
      env: call.env,
      callId: call.id,
      stepId,
      signal,
      write: (stream, text) => output.write(stream, text),
      spawned: (process) => this.#commit(planId, 'tool.spawned', { call_id: call.id, process }),
      setContext: (key, value: Json) =>
        this.#commit(planId, 'context.set', { key, value: redactor.value(value) }),
      addNote: (text) => this.#commit(planId, 'note.added', { text: redactor.text(text), step_id: stepId }),
    };
  }

  async #commit<T extends EventType>(planId: PlanId, type: T, payload: EventPayloads[T]): Promise<void> {
    await this.#deps.journal.commit([{ type, plan_id: planId, payload } as NewEvent]);
  }
}
