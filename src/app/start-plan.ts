import { holdBack } from '../config/hold-back.ts';
import { createExpressions } from '../documents/expression-engine.ts';
import { resolveInputs } from '../documents/resolve-inputs.ts';
import { toolsIn } from '../domain/tools-in-document.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { recover, requireUnfinished } from '../execution/plan-runner.ts';
import { requireFailed, retryEvents } from '../execution/retry-plan.ts';
import { liveFolder } from '../host/live-output-format.ts';
import { LiveOutputWriter } from '../host/live-output-writer.ts';
import { acquirePlan, refuseInterrupted } from './acquire-plan.ts';
import { bringBackWrites } from './bring-back.ts';
import { fileCounter } from './file-counter.ts';
import { finishRun } from './finish-run.ts';
import type { Parts } from './parts.ts';
import { noteOverfull } from './stored-mark.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { heldSettings, tellHeldSettings, type HeldSettings } from './held-settings.ts';
import { openWorkspaceTools } from './workspace-tools.ts';
import { traceRun } from './trace-run.ts';
import type { Storage } from '../storage/open-storage.ts';
import { composeRun, type Composition } from './compose-run.ts';
import type { RunHandle, RunOptions } from './run-options.ts';

/** Takes the lease, recovers what an earlier run left, and starts. */
export async function startPlan(parts: Parts, planId: string, options: RunOptions): Promise<RunHandle> {
  const storage = await parts.storage();
  const plan = await readPlan(parts, storage, planId, options);
  const { record, document, loaded } = plan;
  const { plan_id: root_plan_id } = record;
  const tools = await openWorkspaceTools(parts, record.workspace, root_plan_id, loaded);
  const { registry } = tools;
  const lease = await acquirePlan(parts, storage, root_plan_id, options.takeOver);
  try {
    await registry.prepare(toolsIn(document));
    const bus = new EventBus();
    const countFileChanges = await fileCounter(parts);
    const journal = await LiveJournal.open(
      { plans: storage.plans, bus, countFileChanges, ...parts },
      root_plan_id,
      lease.lease.fence,
    );
    const retry = options.retry ? retryOf(journal, document, parts) : null;
    if (!retry) requireUnfinished(journal.plan(root_plan_id));
    for (const listener of options.listeners) bus.subscribe(listener);
    const live = new LiveOutputWriter(liveFolder(parts.home, root_plan_id));
    bus.subscribe(live);
    await refuseInterrupted(parts, root_plan_id);
    const earlier = lease.lease.earlier ?? [];
    const isRetry = retry !== null;
    const onProgress = (message: string): void => bus.emitWaiting(message);
    const recovery = { parts, journal, plan: record, registry, earlier, isRetry, onProgress };
    await recover(journal, parts.processes, options, retry, bringBackWrites(recovery));
    await noteOverfull(parts.home, journal, loaded);
    await tellHeldSettings(journal, plan.refused, plan.files);
    const { aside } = options;
    const follow = await traceRun({ parts, plans: storage.plans, record, journal, bus, aside });
    const looking = new AbortController();
    const run = composeRun({
      ...plan,
      files: await parts.files(),
      lastTree: await storage.plans.lastTree(root_plan_id),
      checkpointCount: await storage.checkpoints.count(root_plan_id),
      looking: looking.signal,
      parts,
      registry,
      servers: tools.servers?.specs ?? [],
      storage,
      journal,
      bus,
      options,
    });
    follow(run.ended);
    const { retention } = run;
    const outcome = finishRun(run.ended, { lease, live, looking, retention, tools }, parts, root_plan_id);
    return { ...run, outcome };
  } catch (thrown) {
    await tools[Symbol.asyncDispose]();
    await lease[Symbol.asyncDispose]();
    throw thrown;
  }
}

type StoredPlan = Pick<Composition, 'record' | 'document' | 'secrets' | 'loaded'> & {
  readonly refused: HeldSettings;
  /** What the files say, whoever wrote it. */
  readonly files: LoadedConfig;
};

/** A plan with what it runs by: secrets from the environment, settings without what its own steps wrote into them. */
async function readPlan(
  parts: Parts,
  storage: Storage,
  planId: string,
  options: RunOptions,
): Promise<StoredPlan> {
  const { root_plan_id } = await storage.plans.get(planId);
  const record = await storage.plans.get(root_plan_id);
  const document = record.document as unknown as PlanDocument;
  const { secrets } = resolveInputs(
    document,
    { ...givenAgain(document, record), ...options.inputs },
    parts.options.env,
  );
  const refused = await heldSettings(storage, record);
  const files = await parts.config(record.workspace);
  return { record, document, secrets, loaded: holdBack(files, refused.changes), files, refused };
}

/** @throws ConflictError if the plan has not failed */
function retryOf(journal: LiveJournal, document: PlanDocument, { processes }: Parts): readonly NewEvent[] {
  requireFailed(journal.plan(journal.rootId));
  return retryEvents(
    journal.tree,
    journal.rootId,
    document,
    createExpressions(),
    `pid ${processes.self.pid}`,
  );
}

/** Inputs that were stored, as if they were given again: only the secret ones are still to be found. */
function givenAgain(document: PlanDocument, record: PlanRecord): Record<string, string> {
  const stored = Object.entries(record.inputs).filter(([name]) => document.inputs[name]?.secret === false);
  return Object.fromEntries(
    stored.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
