import type { AutoTrigger, Checkpoint, CheckpointContext, Trigger } from '../domain/checkpoint.ts';
import { CheckpointError, toErrorValue, type ErrorValue } from '../domain/errors.ts';
import type { CheckpointTrigger } from '../ports/checkpoint-trigger.ts';
import { nothingToApprove } from '../domain/refused-settings.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { LiveSettings, SettingsChange } from '../ports/settings.ts';
import type { WorkspaceRecorder } from '../ports/workspace-recorder.ts';
import { isIntervalDue, type IntervalMark } from './interval-policy.ts';

/** The write window of the run: what changes while it is open is not a person's edit. */
interface Window {
  /** null while no window is open. */
  readonly holder: unknown;
  /** Runs `body` while none is open, and lets none open meanwhile. */
  between<T>(body: () => Promise<T>): Promise<T>;
}

/** Takes the checkpoints of one run: automatic ones if the configuration says so, others when asked. */
export class CheckpointService implements CheckpointTrigger {
  readonly #journal: PlanJournal;
  readonly #settings: LiveSettings;
  readonly #clock: Clock;
  readonly #window: Window;
  readonly #recorder: WorkspaceRecorder | undefined;
  #mark: IntervalMark;
  #saidThatIntervalsAreOff = false;

  /** @param recorder looks at the files; absent: checkpoints hold the state only */
  constructor(
    journal: PlanJournal,
    settings: LiveSettings,
    clock: Clock,
    window: Window,
    recorder?: WorkspaceRecorder,
  ) {
    this.#recorder = recorder;
    this.#journal = journal;
    this.#settings = settings;
    this.#clock = clock;
    this.#window = window;
    this.#mark = { at: clock.elapsed(), steps: 0 };
  }

  async fire(trigger: AutoTrigger, context: CheckpointContext): Promise<void> {
    await this.#refreshSettings(trigger, context);
    // Files that can't be kept are a failed checkpoint also where no row was wanted: without them nothing could be taken back.
    if (context.files?.error) await this.#captureFailed(trigger, context, context.files.error);
    if (!this.#settings.checkpoints().autoCreateOn.includes(trigger)) return;
    const take = (): Promise<void> => this.#take(trigger, context, trigger === 'on_error');
    // The others come from outside a window, while another step may be writing in its own.
    if (trigger === 'on_tool_write' || trigger === 'on_tool_write_complete') await take();
    else await this.#window.between(take);
  }

  /**
   * A manual checkpoint, whatever the triggers are.
   * @throws CheckpointError if it can't be stored; the failure is in the history too
   */
  async create(context: CheckpointContext): Promise<Checkpoint> {
    try {
      return await this.#journal.commitCheckpoint('manual', await this.#withFiles('manual', context));
    } catch (thrown) {
      await this.#recordFailure('manual', context, thrown);
      throw checkpointFailed('manual', thrown);
    }
  }

  /** Counts a step that ended, outside any window; takes an `interval` checkpoint if one is due. */
  async stepEnded(context: CheckpointContext): Promise<void> {
    await this.#refreshSettings('interval', context);
    const { autoCreateOn, intervalSeconds, intervalSteps } = this.#settings.checkpoints();
    const interval = { seconds: intervalSeconds, steps: intervalSteps };
    this.#mark = { ...this.#mark, steps: this.#mark.steps + 1 };
    if (!isIntervalDue(interval, this.#mark, this.#clock.elapsed())) return;
    this.#mark = { at: this.#clock.elapsed(), steps: 0 };
    if (autoCreateOn.length > 0) {
      // Another step may be writing beside the one that ended: never inside its window.
      await this.#window.between(() => this.#take('interval', context, false));
    } else await this.#sayThatIntervalsAreOff(context);
  }

  /**
   * A person's word on the settings that a step changed while it wrote: take them, or leave them.
   * @throws ConflictError `nothing_to_approve` if no change waits for a word
   */
  async settleSettings(take: boolean, by: string): Promise<void> {
    const change = take ? await this.#settings.takeRefused() : null;
    if (!change && (take || !this.#settings.leaveRefused())) throw nothingToApprove();
    const text = take ? `settings as the files say, taken by ${by}` : `settings left as they were, by ${by}`;
    const plan_id = this.#journal.rootId;
    await this.#journal.commit([
      { type: 'config.changed', plan_id, payload: change ?? { changes: [], error: null } },
      { type: 'note.added', plan_id, payload: { text, step_id: null } },
    ]);
  }

  async #take(trigger: Trigger, context: CheckpointContext, neverThrow: boolean): Promise<void> {
    try {
      await this.#journal.commitCheckpoint(trigger, await this.#withFiles(trigger, context));
    } catch (thrown) {
      await this.#recordFailure(trigger, context, thrown);
      if (!neverThrow && this.#settings.checkpoints().onFailure === 'stop')
        throw checkpointFailed(trigger, thrown);
    }
  }

  /** @throws CheckpointError if they could not be captured */
  async #withFiles(trigger: Trigger, context: CheckpointContext): Promise<CheckpointContext> {
    if (context.files || !this.#recorder) return context;
    // A person counts on these: nothing is left to hints.
    const look = trigger === 'manual' || trigger === 'on_error' ? 'all' : 'changes';
    const files = await this.#recorder.record(look);
    if (files.error) throw new CheckpointError('capture_failed', files.error.message, hintOf(files.error));
    return { ...context, files };
  }

  /** @throws CheckpointError if the configuration says stop */
  async #captureFailed(trigger: Trigger, context: CheckpointContext, error: ErrorValue): Promise<void> {
    const failure = new CheckpointError('capture_failed', error.message, hintOf(error));
    await this.#recordFailure(trigger, context, failure);
    if (this.#settings.checkpoints().onFailure === 'stop') throw checkpointFailed(trigger, failure);
  }

  async #recordFailure(trigger: Trigger, context: CheckpointContext, thrown: unknown): Promise<void> {
    const payload = { trigger, step_id: context.stepId ?? null, error: toErrorValue(thrown) };
    const event = { type: 'checkpoint.failed', plan_id: context.planId, payload } as const;
    // What kept the checkpoint from being stored may keep this event too: the thrown error still tells it.
    await this.#journal.commit([event]).catch(() => undefined);
  }

  /** An agent can't switch off its own safety net: inside a write window settings stand as they were before. */
  async #refreshSettings(trigger: AutoTrigger | 'interval', context: CheckpointContext): Promise<void> {
    let change: SettingsChange | null = null;
    if (trigger === 'on_tool_write_complete')
      change = await this.#settings.refuseChanges(context.stepId ?? '');
    else if (trigger === 'on_tool_write' || this.#window.holder === null)
      change = await this.#settings.refresh();
    if (!change) return;
    await this.#journal.commit([{ type: 'config.changed', plan_id: this.#journal.rootId, payload: change }]);
  }

  async #sayThatIntervalsAreOff(context: CheckpointContext): Promise<void> {
    if (this.#saidThatIntervalsAreOff) return;
    this.#saidThatIntervalsAreOff = true;
    const text =
      'core.checkpoints.interval is set, but core.checkpoints.auto_create_on is empty: no automatic checkpoints';
    await this.#journal.commit([
      { type: 'note.added', plan_id: context.planId, payload: { text, step_id: null } },
    ]);
  }
}

const hintOf = ({ hint }: ErrorValue): { readonly hint?: string } => (hint === null ? {} : { hint });

function checkpointFailed(trigger: Trigger, cause: unknown): CheckpointError {
  const why = toErrorValue(cause);
  return new CheckpointError(
    'checkpoint_failed',
    `the checkpoint (${trigger}) could not be stored: ${why.message}`,
    {
      hint:
        why.hint ?? 'the plan is paused before anything else is changed (core.checkpoints.on_failure: stop)',
      nextSteps: ['make room or mend the home folder, then: agents plan execute PLAN'],
      cause,
    },
  );
}
