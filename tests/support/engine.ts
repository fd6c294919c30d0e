import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointService } from '../../src/checkpoints/checkpoint-service.ts';
import { describeSteps } from '../../src/documents/describe-steps.ts';
import { createExpressions } from '../../src/documents/expression-engine.ts';
import { parseDocument } from '../../src/documents/load-document.ts';
import { fillInputs, resolveInputs } from '../../src/documents/resolve-inputs.ts';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import type { Json } from '../../src/domain/json.ts';
import type { PlanEvent } from '../../src/domain/plan-event.ts';
import { createRootPlan } from '../../src/execution/create-root-plan.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { plannedDecisions, type PlannedStrategy } from '../../src/execution/first-decisions.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { People } from '../../src/execution/people.ts';
import type { ExecutionControl } from '../../src/execution/execution-control.ts';
import { PlanExecutor } from '../../src/execution/plan-executor.ts';
import { tryAcquireLease, type HeldLease } from '../../src/execution/plan-lease.ts';
import { PlanRunner, recover, type RunEnd } from '../../src/execution/plan-runner.ts';
import { RequestResponder } from '../../src/execution/request-responder.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import { createMemoryStorage } from '../../src/memory/create-memory-storage.ts';
import { createScriptedPlanner } from '../../src/planners/scripted-planner.ts';
import type { Prompter } from '../../src/ports/prompter.ts';
import type { Tool } from '../../src/ports/tool.ts';
import type { Storage } from '../../src/storage/open-storage.ts';
import { createBuiltinTools } from '../../src/tools/builtin/builtin-tools.ts';
import { NO_REDACTION, type Redactor } from '../../src/tools/redaction.ts';
import { createToolRegistry } from '../../src/tools/tool-registry.ts';
import { ToolRunner } from '../../src/tools/tool-runner.ts';
import { WriteWindow } from '../../src/tools/write-window.ts';
import type { LanguageModels } from '../../src/ports/language-models.ts';
import { ScriptedModels } from './scripted-models.ts';
import { FixedSettings } from './fixed-settings.ts';

export interface EngineOptions {
  /** Asked by agent steps; default: one that has nothing to say. */
  readonly models?: LanguageModels;
  readonly settings?: FixedSettings;
  /** true: the three services get no checkpoint service at all. */
  readonly withoutCheckpoints?: boolean;
  readonly storage?: Storage;
  readonly tools?: readonly Tool[];
  readonly prompter?: Prompter | null;
  readonly stayWhenPaused?: boolean;
  readonly redactor?: Redactor;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly maxParallel?: number;
  /** The plan was written for a goal. */
  readonly planned?: PlannedStrategy;
  /** Stand in the workspace from the beginning: name and text. */
  readonly files?: Readonly<Record<string, string>>;
}

const processes = new SystemProcessTable();

/** One plan on real tools in a folder of its own, with the journal, the services and everything they say at hand. */
export class Engine implements AsyncDisposable {
  readonly processes = processes;
  readonly events: PlanEvent[] = [];
  readonly settings: FixedSettings;
  readonly workspace: string;
  readonly storage: Storage;
  readonly bus: EventBus;
  readonly journal: LiveJournal;
  readonly runner: PlanRunner;
  readonly window: WriteWindow;
  readonly planId: string;
  /** Resolves when another process has wished for something for the first time. */
  readonly wished: Promise<void>;
  readonly #lease: HeldLease;
  readonly #anotherRunner: () => PlanRunner;
  readonly #responder: RequestResponder;

  private constructor(parts: {
    settings: FixedSettings;
    workspace: string;
    storage: Storage;
    bus: EventBus;
    journal: LiveJournal;
    runner: PlanRunner;
    anotherRunner: () => PlanRunner;
    window: WriteWindow;
    lease: HeldLease;
    wished: Promise<void>;
    responder: RequestResponder;
  }) {
    this.settings = parts.settings;
    this.workspace = parts.workspace;
    this.storage = parts.storage;
    this.bus = parts.bus;
    this.journal = parts.journal;
    this.runner = parts.runner;
    this.wished = parts.wished;
    this.window = parts.window;
    this.planId = parts.journal.rootId;
    this.#lease = parts.lease;
    this.#anotherRunner = parts.anotherRunner;
    this.#responder = parts.responder;
    parts.bus.subscribe({ onEvent: (event) => this.events.push(event) });
  }

  static async create(yaml: string, options: EngineOptions = {}): Promise<Engine> {
    const workspace = await realpath(await mkdtemp(join(tmpdir(), 'agents-engine-')));
    for (const [name, text] of Object.entries(options.files ?? {}))
      await writeFile(join(workspace, name), text);
    const clock = systemClock;
    const ids = new UlidSource(clock);
    const registry = createToolRegistry([...createBuiltinTools({ processes }), ...(options.tools ?? [])]);
    const expressions = createExpressions();
    const storage = options.storage ?? createMemoryStorage({ processes });
    const settings = options.settings ?? new FixedSettings();
    const { document } = await parseDocument(yaml, join(workspace, 'test.plan.yaml'), { tools: registry });
    const { inputs, secrets } = resolveInputs(document, options.inputs ?? {}, options.env ?? {});
    const planId = ids.next();
    const plan = {
      name: document.name,
      goal: document.goal,
      workspace,
      document: document as unknown as Json,
      included_documents: {},
      inputs,
      effective_config: {},
      created_at: new Date(clock.now()).toISOString(),
    };
    const decisions = options.planned ? plannedDecisions({ ids, clock }, options.planned) : [];
    await createRootPlan(storage.plans, planId, plan, describeSteps(document, registry), null, decisions);
    const lease = await tryAcquireLease(storage.leases, processes, planId, 'runner');
    if (!lease) throw new Error('the lease of a new plan is not free');
    const bus = new EventBus();
    const journal = await LiveJournal.open(
      { plans: storage.plans, bus, clock, ids },
      planId,
      lease.lease.fence,
    );
    const window = new WriteWindow({
      lock: storage.workspaceLock,
      workspace,
      process: processes.self,
      clock,
      onWaiting: (message) => bus.emitWaiting(message),
    });
    const checkpoints = new CheckpointService(journal, settings, clock, window);
    const trigger = options.withoutCheckpoints ? undefined : checkpoints;
    const toolRunner = new ToolRunner(
      {
        journal,
        registry,
        window,
        blobs: storage.blobs,
        ids,
        redactor: options.redactor ?? NO_REDACTION,
        baseEnv: { PATH: process.env['PATH'] ?? '', ...options.env },
        secrets,
        effectOverrides: {},
        onOutput: (line) => bus.emitOutput(line),
        outputRoom: () => bus.room(),
      },
      trigger,
    );
    const wished = Promise.withResolvers<void>();
    const parts = {
      journal,
      processes,
      root: { planId, document, inputs, env: {}, workspace },
      stayWhenPaused: options.stayWhenPaused ?? false,
      checkpointPaused: async (id: string) =>
        void (await checkpoints.create({ planId: id, label: 'paused' })),
      start: (control: ExecutionControl) =>
        new PlanExecutor(
          {
            journal,
            clock,
            ids,
            blobs: storage.blobs,
            expressions,
            tools: toolRunner,
            registry,
            models: async () => options.models ?? new ScriptedModels([]),
            plans: storage.plans,
            people: new People({ journal, bus, control, prompter: options.prompter ?? null }),
            control,
            maxParallel: options.maxParallel ?? 4,
            plannerFor: (spec) => createScriptedPlanner(spec),
            checkDocument: async (text: string) =>
              (await parseDocument(text, '(spawned)', { tools: registry, cwd: workspace })).document,
            describeSteps: (spec) => describeSteps(spec, registry),
            fillInputs,
            ...(trigger ? { intervals: trigger } : {}),
          },
          trigger,
        ),
    };
    const runner = new PlanRunner(parts);
    const responder: RequestResponder = new RequestResponder({
      journal,
      plans: storage.plans,
      requests: storage.requests,
      checkpoints: storage.checkpoints,
      processes,
      clock,
      window,
      createCheckpoint: (context) => checkpoints.create(context),
      lastCheckpointNumber: () => journal.lastCheckpointNumber,
      standing: () => runner.standing(),
      settleSettings: (take, by) => checkpoints.settleSettings(take, by),
      onWish: (request) => {
        runner.onWish(request, () => responder);
        wished.resolve();
      },
    });
    return new Engine({
      wished: wished.promise,
      settings,
      workspace,
      storage,
      bus,
      journal,
      runner,
      anotherRunner: () => new PlanRunner(parts),
      window,
      lease,
      responder,
    });
  }

  run(): Promise<RunEnd> {
    return this.runner.run(() => this.#responder);
  }

  /** Goes on with a plan that rests, as a new process would. Files are not put back. */
  async again(): Promise<RunEnd> {
    await recover(this.journal, processes, { rerun: [], skip: [] }, null, async () => undefined);
    return await this.#anotherRunner().run(() => this.#responder);
  }

  /** Every checkpoint of the tree, in order. */
  async checkpoints(): Promise<readonly Checkpoint[]> {
    return (await this.storage.checkpoints.list({ planId: this.planId, tree: true })).items;
  }

  /** `trigger` of each checkpoint, with the step where there is one: `on_tool_write w1`. */
  async fired(): Promise<readonly string[]> {
    return (await this.checkpoints()).map(({ trigger, step_id }) =>
      step_id ? `${trigger} ${step_id}` : trigger,
    );
  }

  /** As if this process had ended: nobody runs the plan any more. */
  async giveUpLease(): Promise<void> {
    await this.#responder.close();
    await this.#lease[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#responder.close();
    await this.#lease[Symbol.asyncDispose]();
    await rm(this.workspace, { recursive: true, force: true });
  }
}
