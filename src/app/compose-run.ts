import { CheckpointService } from '../checkpoints/checkpoint-service.ts';
import { Retention } from '../checkpoints/retention.ts';
import { FileLiveSettings } from '../config/live-settings.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { describeSteps } from '../documents/describe-steps.ts';
import { createExpressions } from '../documents/expression-engine.ts';
import { fillInputs } from '../documents/resolve-inputs.ts';
import { hasRestores } from '../domain/needed-since.ts';
import type { RefusedSettings } from '../domain/refused-settings.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { EventBus } from '../execution/event-bus.ts';
import type { ExecutionControl } from '../execution/execution-control.ts';
import type { LiveJournal } from '../execution/live-journal.ts';
import { CallApprovals } from '../execution/call-approvals.ts';
import { People } from '../execution/people.ts';
import type { PlanContext } from '../execution/plan-context.ts';
import { PlanExecutor } from '../execution/plan-executor.ts';
import { PlanRunner, type RunEnd } from '../execution/plan-runner.ts';
import { RequestResponder } from '../execution/request-responder.ts';
import { createScriptedPlanner } from '../planners/scripted-planner.ts';
import type { McpServerSpec } from '../ports/mcp.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import type { WorkspaceRecorder } from '../ports/workspace-recorder.ts';
import type { Storage } from '../storage/open-storage.ts';
import { WriteWindow } from '../tools/write-window.ts';
import { checkSpawned } from './check-spawned.ts';
import type { Parts } from './parts.ts';
import { createRecorder } from './run-recorder.ts';
import { createRunTools } from './run-tools.ts';
import { attemptRestorer } from './restore-attempts.ts';
import type { RunHandle, RunOptions } from './run-options.ts';

/** What a run is made from. */
export interface Composition {
  readonly files: WorkspaceFiles;
  readonly lastTree: string | null;
  readonly checkpointCount: number;
  readonly looking: AbortSignal;
  readonly parts: Parts;
  readonly registry: ToolRegistry;
  readonly servers: readonly McpServerSpec[];
  readonly storage: Storage;
  readonly journal: LiveJournal;
  readonly bus: EventBus;
  readonly record: PlanRecord;
  readonly document: PlanDocument;
  readonly secrets: Readonly<Record<string, string>>;
  readonly loaded: LoadedConfig;
  readonly refused: RefusedSettings;
  readonly options: RunOptions;
}

interface ComposedRun {
  readonly ended: Promise<RunEnd>;
  readonly retention: Retention;
}

/** Puts the engine of one run together and starts it. */
export function composeRun(c: Composition): Omit<RunHandle, 'outcome'> & ComposedRun {
  const { parts, storage, journal, bus, record, document, options } = c;
  const { clock, processes } = parts;
  const settings = new FileLiveSettings(parts.configSources(record.workspace), c.loaded, c.refused.waits);
  const window = new WriteWindow({
    lock: storage.workspaceLock,
    workspace: record.workspace,
    process: processes.self,
    clock,
    onWaiting: (message) => bus.emitWaiting(message),
  });
  const recorder = createRecorder({ ...c, blobs: storage.blobs, workspace: record.workspace, settings });
  // Read-only steps need not wait for the first look, and the first write finds most of it done.
  void recorder.prime(c.looking);
  const checkpoints = new CheckpointService(journal, settings, clock, window, recorder);
  const restores = hasRestores(record.document, record.included_documents);
  const retention = new Retention({ stores: storage, journal, settings, clock, restores }, c.checkpointCount);
  bus.subscribe(retention);
  const root: PlanContext = {
    planId: record.plan_id,
    document,
    inputs: record.inputs,
    env: {},
    workspace: record.workspace,
  };
  let hasBegun = false;
  const runner = new PlanRunner({
    journal,
    processes,
    root,
    stayWhenPaused: options.stayWhenPaused,
    checkpointPaused: async (planId) => void (await checkpoints.create({ planId, label: 'paused' })),
    start: (control) => {
      // After a rest, in which people changed what they liked, all is looked at.
      if (hasBegun) recorder.distrust();
      hasBegun = true;
      return createExecutor(c, { control, checkpoints, window, recorder });
    },
  });
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
    onWish: (request) => runner.onWish(request, () => responder),
    settleSettings: (take, by) => checkpoints.settleSettings(take, by),
  });
  return {
    ended: runToEnd(runner, responder),
    retention,
    pause: (by) => runner.ask({ kind: 'pause', by }),
    wake: () => responder.wake(),
    cancel: (by) => runner.ask({ kind: 'cancel', by }),
  };
}

/** Whatever happens to the run, those who asked something of it get their answers. */
async function runToEnd(runner: PlanRunner, responder: RequestResponder): Promise<RunEnd> {
  try {
    return await runner.run(() => responder);
  } finally {
    await responder.close();
  }
}

interface RunParts {
  readonly control: ExecutionControl;
  readonly checkpoints: CheckpointService;
  readonly window: WriteWindow;
  readonly recorder: WorkspaceRecorder;
}

function createExecutor(c: Composition, run: RunParts): PlanExecutor {
  const { parts, registry, storage, journal, bus, loaded } = c;
  const { clock, ids } = parts;
  const expressions = createExpressions();
  const people = new People({ journal, bus, control: run.control, prompter: c.options.prompter });
  const tools = createRunTools({
    ...c,
    ...run,
    blobs: storage.blobs,
    permission: new CallApprovals({ journal, people, ids, clock, rules: loaded.config.core.permissions }),
    onOutput: (line) => bus.emitOutput(line),
    outputRoom: () => bus.room(),
  });
  return new PlanExecutor(
    {
      journal,
      clock,
      ids,
      blobs: storage.blobs,
      expressions,
      tools,
      registry,
      models: () => parts.models(loaded),
      plans: storage.plans,
      people,
      control: run.control,
      maxParallel: loaded.config.core.execution.max_parallel,
      plannerFor: (document) => createScriptedPlanner(document),
      checkDocument: checkSpawned(registry, c.record.workspace),
      describeSteps: (document) => describeSteps(document, registry),
      fillInputs,
      intervals: run.checkpoints,
      restoreAttempt: attemptRestorer({
        ...run,
        parts,
        journal,
        plan: c.record,
        onProgress: (message) => bus.emitWaiting(message),
      }),
    },
    run.checkpoints,
  );
}
