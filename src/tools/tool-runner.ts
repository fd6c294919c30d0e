import { isDeepStrictEqual } from 'node:util';
import type { CheckpointFiles } from '../domain/checkpoint.ts';
import { PlanError, toErrorValue, type ErrorValue } from '../domain/errors.ts';
import type { CallId, PlanId } from '../domain/ids.ts';
import { findJsonFault, type Json, type JsonObject } from '../domain/json.ts';
import type { ChangedFiles, EventPayloads, EventType, NewEvent } from '../domain/plan-event.ts';
import type { Effect } from '../domain/plan.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { CallPermission } from '../ports/call-permission.ts';
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
  /** Absent: every call may be made. */
  readonly permission?: CallPermission;
  /** null, or what resolves when whoever hears the output has room for more. */
  readonly outputRoom: () => Promise<void> | null;
}

/** How a recorded body ended: null is well, anything else is what it threw. */
type Failure = { readonly thrown: unknown } | null;

/** How a body ended, and the files after it where they are captured. */
type Recorded = readonly [Failure, CheckpointFiles | undefined];

type CallEnded = Extract<NewEvent, { readonly type: 'tool.completed' | 'tool.failed' }>;

/** The files after a body, and what became of them. */
interface Seen {
  readonly files: CheckpointFiles | undefined;
  readonly changes: ChangedFiles | null;
}

function seenAfter(ended: CallEnded, { files, changes }: Seen): CallEnded {
  const payload = { ...ended.payload, tree_after: files?.tree ?? null, changes };
  return { ...ended, payload } as CallEnded;
}

/**
 * Runs tools for steps: checks, write window, triggers, recording, redaction. Everything that touches the workspace goes
 * through here. Without `checkpoints` no automatic checkpoint is taken; without `recorder` files are not captured.
 */
export class ToolRunner {
  readonly #deps: ToolRunnerDependencies;
  readonly #checkpoints: CheckpointTrigger | undefined;
  readonly #recorder: WorkspaceRecorder | undefined;
  /** Steps whose calls were declared to read and ended since the last write window. */
  readonly #readers = new Set<string>();

  constructor(deps: ToolRunnerDependencies, checkpoints?: CheckpointTrigger, recorder?: WorkspaceRecorder) {
    this.#deps = deps;
    this.#checkpoints = checkpoints;
    this.#recorder = recorder;
  }

  /**
   * Runs one call and resolves with its id once its result is in the journal: of a write that is stored, of a read with what follows.
   * @throws PlanError if the call is refused or fails; the signal's reason if it is aborted before its body began
   * @throws CheckpointError if a checkpoint failed and the configuration says stop
   */
  async run(request: ToolRequest, signal: AbortSignal): Promise<CallId> {
    const call = prepareCall(request, this.#deps.ids.next(), this.#deps);
    await call.tool.check?.(call.input, { workspace: this.#deps.journal.workspace, signal });
    await this.#requirePermission(call);
    const failure =
      call.effect === 'write' ? await this.#write(call, signal) : (await this.#record(call, signal))[0];
    if (failure) throw failure.thrown;
    return call.id;
  }

  /** The effect that a call would have. @throws PlanError if it would be refused */
  effectOf(request: ToolRequest): Effect {
    return prepareCall(request, this.#deps.ids.next(), this.#deps).effect;
  }

  /** What may stand in the journal of a value. */
  redacted(value: Json): Json {
    return this.#deps.redactor.value(value);
  }

  /** A person who is asked sees the exact call and, of file tools, what it would change. */
  async #requirePermission(call: ToolCall): Promise<void> {
    const { permission, redactor, journal } = this.#deps;
    if (!permission) return;
    const { planId, stepId } = call.request;
    const input = redactor.value(call.request.input) as JsonObject;
    const diff = permission.asks(call.tool.name, input)
      ? ((await call.tool.preview?.(call.input, { workspace: journal.workspace })) ?? null)
      : null;
    await permission.require({
      planId,
      stepId,
      tool: call.tool.name,
      input,
      diff: diff === null ? null : redactor.text(diff),
    });
  }

  async #write(call: ToolCall, signal: AbortSignal): Promise<Failure> {
    const { planId, stepId, attempt } = call.request;
    const owner = { plan_id: planId, step_id: stepId, call_id: call.id, tool: call.tool.name };
    const context = { planId, stepId, attempt, tool: call.tool.name, callId: call.id };
    return await this.#deps.window.run(owner, signal, async () => {
      const before = await this.#recorder?.record();
      if (before) await this.#sayForeign(planId, before);
      await this.#checkpoints?.fire('on_tool_write', { ...context, ...(before && { files: before }) });
      const [failure, after] = await this.#record(call, signal, before);
      const outcome = failure ? 'error' : 'ok';
      const ended = { ...context, outcome, ...(after && { files: after }) } as const;
      await this.#checkpoints?.fire('on_tool_write_complete', ended);
      await this.#deps.journal.flush();
      return failure;
    });
  }

  /** A step that was declared to read and wrote nonetheless: its changes belong to no window, and somebody should know. */
  async #sayForeign(planId: PlanId, { previous, tree }: CheckpointFiles): Promise<void> {
    const readers = [...this.#readers];
    this.#readers.clear();
    if (readers.length === 0) return;
    const changes = await this.#recorder?.changes(previous, tree);
    if (!changes || changes.count === 0) return;
    const text =
      `${changes.count} ${changes.count === 1 ? 'path' : 'paths'} changed outside any write window while ` +
      `${readers.join(', ')} ran, declared to read: a rollback counts that as somebody else's`;
    await this.#commit(planId, 'note.added', { text, step_id: readers.at(-1) as string });
  }

  /** Runs the body between its two events. @throws what keeps it from beginning or from being recorded */
  async #record(call: ToolCall, signal: AbortSignal, before?: CheckpointFiles): Promise<Recorded> {
    signal.throwIfAborted();
    await this.#commit(call.request.planId, 'tool.started', {
      call_id: call.id,
      step_id: call.request.stepId,
      attempt: call.request.attempt,
      tool: call.tool.name,
      effect: call.effect,
      ...(call.effectReason !== null && { effect_reason: call.effectReason }),
      ...(call.request.askedAs !== undefined && { asked_as: call.request.askedAs }),
      input: await externalize(this.#deps.redactor.value(call.request.input), this.#deps.blobs),
      tree_before: before?.tree ?? null,
    });
    const output = this.#outputOf(call);
    const [ended, failure] = await this.#runBody(call, output, signal);
    output.end();
    const after = before && (await this.#recorder?.record());
    const seen = await this.#difference(before, after);
    const log = await output.store(this.#deps.blobs);
    const plan_id = call.request.planId;
    const said: readonly NewEvent[] = log
      ? [{ type: 'tool.output', plan_id, payload: { call_id: call.id, log } }]
      : [];
    // It is written with what comes of it: the step's end, or the checkpoint before the window closes.
    await this.#deps.journal.commitSoon([...said, seenAfter(ended, seen)]);
    if (call.effect === 'read' && !call.request.own) this.#readers.add(call.request.stepId);
    return [failure, seen.files];
  }

  /** A difference that can't be told or stored must not lose the call's result: then the files count as not known. */
  async #difference(before?: CheckpointFiles, after?: CheckpointFiles): Promise<Seen> {
    if (!before || !after) return { files: after, changes: null };
    try {
      const changes = (await this.#recorder?.changes(before.tree, after.tree)) ?? null;
      return { files: after, changes };
    } catch (thrown) {
      return { files: { ...after, tree: null, error: toErrorValue(thrown) }, changes: null };
    }
  }

  async #runBody(call: ToolCall, output: LiveOutput, signal: AbortSignal): Promise<[CallEnded, Failure]> {
    try {
      const result = await call.tool.run(call.input, this.#contextOf(call, output, signal));
      return [await this.#completed(call, result), null];
    } catch (thrown) {
      // What the tool says of an abort is its own affair; why it was aborted is what counts.
      const cause: unknown = this.#withoutSecrets(signal.aborted ? signal.reason : thrown);
      return [await this.#failed(call, cause, thrown), { thrown: cause }];
    }
  }

  /** An error goes a long way: into the step's state, the plan's, a checkpoint's, logs and screens. */
  #withoutSecrets(thrown: unknown): unknown {
    const error = toErrorValue(thrown);
    const said = this.#deps.redactor.value({ ...error }) as unknown as ErrorValue;
    if (isDeepStrictEqual(said, error)) return thrown;
    const hint = said.hint === null ? {} : { hint: said.hint };
    return new PlanError(said.code, said.message, hint);
  }

  async #completed(call: ToolCall, raw: JsonObject): Promise<CallEnded> {
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
    const payload = { call_id: call.id, result, tree_after: null };
    return { type: 'tool.completed', plan_id: call.request.planId, payload };
  }

  async #failed(call: ToolCall, cause: unknown, thrown: unknown): Promise<CallEnded> {
    const { redactor, blobs } = this.#deps;
    const partial = thrown instanceof ToolFailure ? thrown.result : null;
    const payload = {
      call_id: call.id,
      error: toErrorValue(cause),
      result: await externalize(redactor.value(partial), blobs),
      tree_after: null,
    };
    return { type: 'tool.failed', plan_id: call.request.planId, payload };
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
      room: this.#deps.outputRoom,
      spawned: (process) => this.#commit(planId, 'tool.spawned', { call_id: call.id, process }),
      setContext: (key, value: Json) =>
        this.#commitSoon(planId, 'context.set', { key, value: redactor.value(value) }),
      addNote: (text) =>
        this.#commitSoon(planId, 'note.added', { text: redactor.text(text), step_id: stepId }),
    };
  }

  async #commit<T extends EventType>(planId: PlanId, type: T, payload: EventPayloads[T]): Promise<void> {
    await this.#deps.journal.commit([{ type, plan_id: planId, payload } as NewEvent]);
  }

  /** What the call's end will write with it. */
  async #commitSoon<T extends EventType>(planId: PlanId, type: T, payload: EventPayloads[T]): Promise<void> {
    await this.#deps.journal.commitSoon([{ type, plan_id: planId, payload } as NewEvent]);
  }
}
