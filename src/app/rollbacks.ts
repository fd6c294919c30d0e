import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { RollbackDependencies, Working } from '../checkpoints/rollback-dependencies.ts';
import { RollbackService } from '../checkpoints/rollback-service.ts';
import { ConflictError, UsageError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import { createFork } from '../execution/create-fork.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { describeHolder, tryAcquireLease } from '../execution/plan-lease.ts';
import { endSurvivors } from '../execution/plan-runner.ts';
import { resolveWorkspace } from '../host/workspace-folder.ts';
import type { Lease } from '../ports/lease-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { RollbackControl, RunningPlan } from '../ports/rollback-control.ts';
import { captureSettings } from './capture-settings.ts';
import { fileCounter } from './file-counter.ts';
import type { Parts } from './parts.ts';
import { createPlanControl, type ControlNews } from './plan-control.ts';

/** Rollback and all that goes with it, on the stores of a home. */
export async function createRollbacks(parts: Parts, news: ControlNews = {}): Promise<RollbackControl> {
  return new RollbackService(await rollbackDependencies(parts, news));
}

export async function rollbackDependencies(
  parts: Parts,
  news: ControlNews = {},
): Promise<RollbackDependencies> {
  const { clock, ids, processes } = parts;
  const { plans, checkpoints, operations, blobs, workspaceLock, leases } = await parts.storage();
  return {
    plans,
    checkpoints,
    operations,
    blobs,
    files: await parts.files(),
    lock: workspaceLock,
    clock,
    ids,
    processes,
    holderOf: async (rootId) => (await leases.read(rootId))?.holder ?? null,
    settingsFor: (plan) => captureSettings(parts, plan),
    withJournal: (rootId, running, working, work) =>
      withJournal(parts, news, { rootId, running, working }, work),
    createFork: (fork) =>
      createFork(plans, ids, { ...fork, created_at: new Date(clock.now()).toISOString() }),
    newFolder: (path) => newFolder(parts, path),
    removeFolder: (path) => rm(path, { recursive: true, force: true }),
  };
}

interface Held {
  readonly rootId: PlanId;
  readonly running: RunningPlan;
  readonly working: Working;
}

const POLL_MS = 25;
/** A command holds a plan for a moment only. */
const COMMAND_WAIT_MS = 5000;

async function withJournal<T>(
  parts: Parts,
  news: ControlNews,
  { rootId, running, working }: Held,
  work: (journal: PlanJournal) => Promise<T>,
): Promise<T> {
  const { clock, ids, processes } = parts;
  const { plans, leases } = await parts.storage();
  const endsAt = clock.elapsed() + COMMAND_WAIT_MS;
  for (;;) {
    await using held = await tryAcquireLease(leases, processes, rootId, 'command');
    if (held) {
      const bus = new EventBus();
      bus.subscribe({ onEvent: () => news.onWritten?.() });
      const deps = { plans, bus, clock, ids, countFileChanges: await fileCounter(parts) };
      const journal = await LiveJournal.open(deps, rootId, held.lease.fence);
      await endSurvivors(journal, processes);
      return await work(journal);
    }
    const holder = await leases.read(rootId);
    if (holder?.role === 'runner') await stopRunner(parts, news, holder, running, working);
    else if (clock.elapsed() > endsAt) throw isRunning(rootId, holder);
    await clock.sleep(POLL_MS, working.signal);
  }
}

async function stopRunner(
  parts: Parts,
  news: ControlNews,
  holder: Lease,
  running: RunningPlan,
  { signal, onProgress }: Working,
): Promise<void> {
  if (running === 'refuse') throw isRunning(holder.rootId, holder);
  onProgress('stopping the plan');
  const control = await createPlanControl(parts, news);
  // It may end by itself at this moment: then there is nothing to stop any more.
  await control.stop(holder.rootId, { timeoutMs: null, signal, onProgress }).catch((thrown: unknown) => {
    if (!(thrown instanceof ConflictError)) throw thrown;
  });
}

function isRunning(rootId: PlanId, holder: Lease | null): ConflictError {
  const id = shortId(rootId);
  return new ConflictError('plan_running', 'the plan is running', {
    hint: describeHolder(holder),
    nextSteps: ['the same command with --stop', `agents plan pause ${id}`, `agents plan watch ${id}`],
  });
}

async function newFolder(parts: Parts, path: string): Promise<string> {
  const folder = resolve(parts.options.cwd, path);
  await mkdir(folder, { recursive: true });
  const real = await resolveWorkspace(await realpath(folder), {
    agentsHome: parts.home,
    userHome: parts.userHome,
    allowUnsafe: parts.options.allowUnsafeWorkspace ?? false,
  });
  if ((await readdir(real)).length > 0) {
    throw new UsageError('folder_not_empty', `the folder ${path} is not empty`, {
      hint: 'a fork is laid out in a folder that is new or empty',
      nextSteps: ['choose another folder'],
    });
  }
  return real;
}
