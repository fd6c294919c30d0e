import { applyEvent } from '../../src/domain/apply-event.ts';
import { EMPTY_TREE, type TreeState } from '../../src/domain/plan-state.ts';
import { changedInterval, type IntervalChange, type IntervalUnit } from '../../src/domain/interval-change.ts';
import type { AutoTrigger, Checkpoint, CheckpointMark, Trigger } from '../../src/domain/checkpoint.ts';
import { marked } from '../../src/domain/mark-checkpoint.ts';
import type { ErrorValue } from '../../src/domain/errors.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { EventPayloads, EventType, NewEvent, PlanEvent } from '../../src/domain/plan-event.ts';
import type { DecisionOption } from '../../src/domain/plan-document.ts';
import type { Effect, StepKind } from '../../src/domain/plan.ts';
import type { LiveLine, OutputSource } from '../../src/ports/output-source.ts';
import type { AskOptions, PlanControl, PlanStanding } from '../../src/ports/plan-control.ts';
import type { FeedListener, PlanFeed, RunnerStanding } from '../../src/ports/plan-feed.ts';
import type { TriggerSettings, TriggerStanding } from '../../src/ports/trigger-settings.ts';
import { FakeFiles, FakeRollbacks } from './fake-rollbacks.ts';
import type { FakeTime } from './fake-time.ts';

/** An id made of letters that ULIDs have: `id('STEP')` is stable and 26 long. */
export const id = (name: string): string =>
  name
    .toUpperCase()
    .replaceAll(/[^0-9A-HJKMNP-TV-Z]/g, '0')
    .padStart(26, '0');

export const ROOT = id('01RA');

type StepWords =
  | string
  | {
      readonly id: string;
      readonly kind?: StepKind;
      readonly name?: string;
      readonly effect?: Effect | null;
    };

/** A plan that happens as a test says, with everything a screen asks of one. */
export class FakePlan implements PlanControl {
  readonly events: PlanEvent[] = [];
  readonly time: FakeTime;
  /** What was asked of the plan: `pause`, `checkpoint "label"`, `answer D yes`. */
  readonly asked: string[] = [];
  /** The next ask is refused with this. */
  refusal: Error | null = null;
  /** While set, asks of it hear this and wait until `letGo`. */
  queue: { readonly message: string; readonly gate: Promise<void> } | null = null;
  readonly outputs = new Map<string, LiveLine[]>();
  readonly followed = new Set<string>();
  readonly settings = new FakeTriggers();
  #listener: FeedListener | null = null;
  #checkpoints = 0;
  #told = 0;

  constructor(time: FakeTime) {
    this.time = time;
  }

  readonly feed: PlanFeed = {
    start: (listener) => {
      this.#listener = listener;
      this.#tell();
      listener.onCaughtUp();
    },
    stop: () => {
      this.#listener = null;
      return Promise.resolve();
    },
  };

  readonly output: OutputSource = {
    follow: (callId, onLines) => {
      this.followed.add(callId);
      const lines = this.outputs.get(callId) ?? [];
      if (lines.length > 0) onLines(lines, 0);
      this.#onLines.set(callId, onLines);
      return () => {
        this.followed.delete(callId);
        this.#onLines.delete(callId);
      };
    },
    read: (log) => Promise.resolve([{ stream: 'stdout', text: `whole log ${log.ref}` }]),
  };
  readonly #onLines = new Map<string, (lines: readonly LiveLine[], dropped: number) => void>();

  /** Reading a snapshot fails with this. */
  snapshotFault: Error | null = null;
  /** Snapshots that were read, in order. */
  readonly snapshotsRead: string[] = [];
  readonly snapshots = {
    snapshot: async (checkpointId: string): Promise<JsonObject> => {
      this.snapshotsRead.push(checkpointId);
      if (this.snapshotFault) throw this.snapshotFault;
      return {
        phase: 'execute',
        state: 'processing',
        decisions: [],
        steps: [],
        tool_calls: [],
        subplans: [],
        context: { of: checkpointId },
        outputs: {},
        result: null,
        cursor: null,
        error: null,
      };
    },
    stateAt: async (planId: string, seq: number): Promise<JsonObject | null> => {
      this.snapshotsRead.push(`${planId}@${seq}`);
      return seq < this.firstSeq(planId) ? null : { context: { of: planId, at: seq } };
    },
    treeAt: async (seq: number): Promise<TreeState> => {
      this.snapshotsRead.push(`tree@${seq}`);
      if (this.snapshotFault) throw this.snapshotFault;
      const before = this.events.filter((event) => event.seq <= seq);
      return before.reduce((tree, event) => applyEvent(tree, event).state, EMPTY_TREE);
    },
  };

  readonly files = new FakeFiles();
  readonly rollbacks = new FakeRollbacks(this);

  firstSeq(planId: string): number {
    return this.events.find((event) => event.plan_id === planId)?.seq ?? 0;
  }

  /** Records that something happened; whoever watches hears of it. */
  add<T extends EventType>(type: T, payload: EventPayloads[T], planId = ROOT): this {
    const event = { type, plan_id: planId, payload } as NewEvent;
    const at = new Date(this.time.now()).toISOString();
    this.events.push({ ...event, root_plan_id: ROOT, seq: this.events.length + 1, at } as PlanEvent);
    this.#tell();
    return this;
  }

  runner(runner: RunnerStanding): void {
    this.#listener?.onRunner(runner);
  }
  fault(fault: ErrorValue | null): void {
    this.#listener?.onFault(fault);
  }
  /** A tool says something while it runs. */
  say(callId: string, ...texts: readonly string[]): this {
    const lines = texts.map((text): LiveLine => ({ stream: 'stdout', text }));
    this.outputs.set(callId, [...(this.outputs.get(callId) ?? []), ...lines]);
    this.#onLines.get(callId)?.(lines, 0);
    return this;
  }

  created(
    name: string,
    steps: readonly StepWords[],
    child?: { id: string; parent: string; subplan: string },
  ): this {
    const heads = steps.map((step) => {
      const words = typeof step === 'string' ? { id: step } : step;
      return { kind: 'run' as const, name: words.id, effect: 'write' as const, ...words };
    });
    const parent = child ? { plan_id: child.parent, subplan_id: child.subplan } : null;
    return this.add(
      'plan.created',
      { name, goal: null, workspace: '/home/ann/project', parent, steps: heads },
      child?.id,
    );
  }
  runs(planId = ROOT): this {
    return this.add('plan.phase_changed', { phase: 'execute', state: 'processing' }, planId);
  }
  /** A step begins, with a call of a tool. */
  begins(stepId: string, { tool = 'shell.run', call = id(`C${stepId}`), planId = ROOT } = {}): this {
    this.add('step.started', { step_id: stepId, attempt: 1 }, planId);
    const input = { command: 'make' };
    return this.add(
      'tool.started',
      { call_id: call, step_id: stepId, attempt: 1, tool, effect: 'write', input, tree_before: null },
      planId,
    );
  }
  ends(stepId: string, { call = id(`C${stepId}`), planId = ROOT, result = {} as Json } = {}): this {
    this.add('tool.completed', { call_id: call, result, tree_after: null }, planId);
    return this.add('step.completed', { step_id: stepId, call_id: call, output: null }, planId);
  }
  fails(stepId: string, message: string, planId = ROOT, continued = false): this {
    const error = { code: 'tool_failed', message, hint: null };
    return this.add('step.failed', { step_id: stepId, error, continued }, planId);
  }
  /** A checkpoint is there. */
  checkpointed(trigger: Trigger, fields: Partial<Checkpoint> = {}): this {
    return this.add(
      'checkpoint.created',
      { checkpoint: this.#checkpoint(trigger, fields) },
      fields.plan_id ?? ROOT,
    );
  }
  /** A person is asked by a step; with `chosen`, and the answer is known. */
  waits(stepId: string, question: string, options: readonly DecisionOption[], chosen: Json = null): this {
    return this.#ask(stepId, question, options, chosen);
  }
  /** A person is asked by no step. */
  asks(question: string): this {
    return this.#ask(null, question, [], null);
  }

  #ask(stepId: string | null, question: string, options: readonly DecisionOption[], chosen: Json): this {
    const decision = {
      id: id(`D${stepId ?? ''}`),
      parent_id: null,
      type: options.length > 0 ? 'choice' : 'answer',
      step_id: stepId,
      question,
      options,
      chosen,
      rationale: null,
      confidence: null,
      by: 'human',
      superseded_by: null,
      created_at: new Date(this.time.now()).toISOString(),
    };
    return this.add('decision.made', { decision });
  }

  #tell(): void {
    if (!this.#listener || this.#told === this.events.length) return;
    const news = this.events.slice(this.#told);
    this.#told = this.events.length;
    this.#listener.onEvents(news);
  }

  #checkpoint(trigger: Trigger, fields: Partial<Checkpoint>): Checkpoint {
    this.#checkpoints += 1;
    return {
      id: id(`K${this.#checkpoints}`),
      number: this.#checkpoints,
      plan_id: ROOT,
      root_plan_id: ROOT,
      created_at: new Date(this.time.now()).toISOString(),
      seq: this.events.length,
      trigger,
      label: null,
      phase: 'execute',
      state: 'processing',
      step_id: null,
      tool: null,
      tool_call_id: null,
      attempt: null,
      outcome: null,
      capture: { status: 'none', reason: null, paths: [] },
      tree_hash: null,
      state_hash: '0'.repeat(64),
      files_changed: null,
      bytes: 0,
      parent_id: null,
      pinned: false,
      metadata: {},
      ...fields,
    };
  }

  async #take(what: string, options: AskOptions): Promise<void> {
    this.asked.push(what);
    const { refusal, queue } = this;
    this.refusal = null;
    if (refusal) throw refusal;
    if (!queue) return;
    options.onProgress(queue.message);
    await queue.gate;
  }

  async checkpoint(_planId: string, label: string | null, options: AskOptions): Promise<Checkpoint> {
    await this.#take(label === null ? 'checkpoint' : `checkpoint "${label}"`, options);
    this.checkpointed('manual', { label });
    return (this.events.at(-1) as PlanEvent & { type: 'checkpoint.created' }).payload.checkpoint;
  }
  async mark(
    _planId: string,
    checkpointId: string,
    mark: CheckpointMark,
    options: AskOptions,
  ): Promise<Checkpoint> {
    const made = this.events.find(
      (event) => event.type === 'checkpoint.created' && event.payload.checkpoint.id === checkpointId,
    ) as PlanEvent & { type: 'checkpoint.created' };
    const { checkpoint } = made.payload;
    await this.#take(`mark ${checkpoint.number} ${JSON.stringify(mark)}`, options);
    this.add('checkpoint.marked', { checkpoint_id: checkpointId, number: checkpoint.number, ...mark });
    return marked(checkpoint, mark);
  }
  async pause(_planId: string, options: AskOptions): Promise<PlanStanding> {
    await this.#take('pause', options);
    this.add('plan.paused', { reason: 'person', by: null });
    return this.#standing('paused');
  }
  async resume(_planId: string, options: AskOptions): Promise<PlanStanding> {
    await this.#take('resume', options);
    this.add('plan.resumed', { by: null });
    return this.#standing('processing');
  }
  async stop(_planId: string, options: AskOptions): Promise<PlanStanding> {
    await this.#take('stop', options);
    this.add('plan.paused', { reason: 'stopped', by: null });
    return this.#standing('paused');
  }
  async cancel(_planId: string, options: AskOptions): Promise<PlanStanding> {
    await this.#take('cancel', options);
    this.add('plan.cancelled', { reason: 'cancelled', by: null });
    return this.#standing('cancelled');
  }
  async answer(
    _planId: string,
    decision: string,
    choice: string,
    options: AskOptions,
  ): Promise<PlanStanding> {
    await this.#take(`answer ${decision} ${choice}`, options);
    const asked = this.events.findLast(
      (event) => event.type === 'decision.made' && event.payload.decision.id === decision,
    );
    if (asked?.type === 'decision.made')
      this.add('decision.made', { decision: { ...asked.payload.decision, chosen: choice } });
    return this.#standing('processing');
  }
  async approve(_planId: string, options: AskOptions): Promise<PlanStanding> {
    await this.#take('approve', options);
    this.add('config.changed', { changes: [], error: null });
    return this.#standing('processing');
  }
  async deny(_planId: string, options: AskOptions): Promise<PlanStanding> {
    await this.#take('deny', options);
    this.add('config.changed', { changes: [], error: null });
    return this.#standing('processing');
  }

  #standing(state: PlanStanding['state']): PlanStanding {
    return { plan_id: ROOT, phase: 'execute', state };
  }
}

/** The triggers of a folder, without the folder. */
export class FakeTriggers implements TriggerSettings {
  standing: TriggerStanding = {
    autoCreateOn: { value: ['on_tool_write', 'on_error'], origin: '.agentsrc:3:5', overrides: false },
    intervalSeconds: { value: 60, origin: '.agentsrc:7:3', overrides: false },
    intervalSteps: { value: null, origin: 'default', overrides: false },
    onFailure: { value: 'warn', origin: 'default', overrides: false },
    file: { path: '/home/ann/project/.agentsrc', exists: true },
    fault: null,
  };
  refusal: Error | null = null;
  readonly #listeners = new Set<(standing: TriggerStanding) => void>();

  get watchers(): number {
    return this.#listeners.size;
  }
  read(): Promise<TriggerStanding> {
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve(this.standing);
  }
  watch(onChange: (standing: TriggerStanding) => void): () => void {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  }
  /** Somebody edits the file. */
  edited(change: Partial<TriggerStanding>): void {
    this.standing = { ...this.standing, ...change };
    for (const listener of this.#listeners) listener(this.standing);
  }
  changeInterval(unit: IntervalUnit, change: IntervalChange): Promise<TriggerStanding> {
    if (this.refusal) return Promise.reject(this.refusal);
    const name = unit === 'seconds' ? 'intervalSeconds' : 'intervalSteps';
    const before = this.standing[name];
    this.edited({ [name]: { ...before, value: changedInterval(unit, before.value, change) } });
    return Promise.resolve(this.standing);
  }
  toggle(trigger: AutoTrigger): Promise<TriggerStanding> {
    if (this.refusal) return Promise.reject(this.refusal);
    const { value } = this.standing.autoCreateOn;
    const next = value.includes(trigger) ? value.filter((one) => one !== trigger) : [...value, trigger];
    this.edited({ autoCreateOn: { ...this.standing.autoCreateOn, value: next } });
    return Promise.resolve(this.standing);
  }
}
