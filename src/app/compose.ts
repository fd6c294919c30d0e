import { join, resolve } from 'node:path';
import type { LoadedConfig } from '../config/load-config.ts';
import type { PlanDocument, StepHead } from '../domain/plan-document.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { Crash } from '../host/crash-log.ts';
import { QuietChild, type QuietRequest } from '../host/quiet-child.ts';
import { resolveWorkspace } from '../host/workspace-folder.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunningCommand } from '../ports/command-line.ts';
import type { CompensationControl } from '../ports/compensation-control.ts';
import type { HomeForm, HomeSource } from '../ports/home-source.ts';
import type { ObjectGarbage } from '../ports/object-garbage.ts';
import type { PlanArchive } from '../ports/plan-archive.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { RollbackControl } from '../ports/rollback-control.ts';
import type { WorkspaceTools } from '../ports/workspace-tools.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import type { PlanFootprint } from '../ports/plan-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { MockModel } from '../models/mock-model/mock-model.ts';
import type { LoadedDocument } from '../documents/load-document.ts';
import type { Storage } from '../storage/open-storage.ts';
import type { CompensationNews } from './compensations.ts';
import type { CommandHistory } from './command-history.ts';
import type { PlanText } from './check-plan-text.ts';
import type { CreatePlanRequest } from './create-plan.ts';
import type { DeleteOptions } from './delete-plan.ts';
import type { ExpiredPlan } from './expire-plans.ts';
import type { PruneOptions, PrunedPlan } from './prune-plans.ts';
import { createParts, type AppOptions, type Parts } from './parts.ts';
import type { PlanProposal, ProposeRequest } from './propose-plan.ts';
import type { RunHandle, RunOptions } from './run-options.ts';
import type { OwnEngine, PlanWatch } from './watch-plan.ts';

/** The program, put together. Cheap to make: database, documents and engine are loaded when first asked for. */
export interface App {
  /** `$AGENTS_HOME`. */
  readonly home: string;
  /** What steps can call in a folder, by its real path. @throws ConfigError */
  tools(workspace: string): Promise<WorkspaceTools>;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  storage(): Promise<Storage>;
  config(workspace: string): Promise<LoadedConfig>;
  /** Real path of the workspace: `dir`, or the current folder. @throws UsageError, NotFoundError, WorkspaceError */
  workspace(dir: string | undefined): Promise<string>;
  /** Checks a document as one for a folder, by its real path. */
  loadDocument(file: string, workspace: string): Promise<LoadedDocument>;
  /** What the steps of a document are called before they run. */
  stepNames(workspace: string): Promise<(document: PlanDocument) => readonly StepHead[]>;
  createPlan(request: CreatePlanRequest): Promise<PlanSummary>;
  /** Has a model write a plan for a goal. @throws PlanError, WaitingError if it has no key */
  proposePlan(request: ProposeRequest): Promise<PlanProposal>;
  /** Checks the text of a document that was written for a goal. @throws DocumentError, UsageError, WaitingError */
  checkPlanText(plan: PlanText): Promise<LoadedDocument>;
  /** @throws ConflictError if another process runs it, WaitingError if a secret or a word on a cut-off write is missing */
  startPlan(planId: string, options: RunOptions): Promise<RunHandle>;
  /**
   * Deletes a root plan with all that is stored of it. Resolves with what went.
   * @throws ConflictError while a process runs it, or if it is a subplan; NotFoundError
   */
  deletePlan(planId: string, options: DeleteOptions): Promise<PlanFootprint>;
  control(): Promise<PlanControl>;
  /** Rollback, undo, fork, diff, correct, apply. */
  rollbacks(): Promise<RollbackControl>;
  /** What takes back what undone steps did outside of their folder. */
  compensations(news?: CompensationNews): Promise<CompensationControl>;
  /** Looks at stored and present files. */
  files(): Promise<WorkspaceFiles>;
  /** @throws ConflictError why it is kept, or while a process runs the plan */
  deleteCheckpoint(rootId: PlanId, id: CheckpointId): Promise<void>;
  /** Deletes what retention doesn't keep of a root plan; null: of every one. */
  prunePlans(rootId: PlanId | null, options: PruneOptions): Promise<readonly PrunedPlan[]>;
  /** Deletes plans that ended too long ago. */
  expirePlans(options: PruneOptions): Promise<readonly ExpiredPlan[]>;
  /** Looks after everything that is stored; to be closed. */
  garbage(): Promise<ObjectGarbage>;
  /** Plans as files; to be closed. */
  archive(): Promise<PlanArchive>;
  /** What the home screen shows of a folder, by its real path. */
  homeOf(folder: string): Promise<HomeSource>;
  /** What a document asks for before it can run in a folder, by its real path. @throws DocumentError */
  formOf(file: string, workspace: string): Promise<HomeForm>;
  /** What a screen needs to show a plan and to act on it. */
  watchPlan(plan: PlanSummary, own: OwnEngine): Promise<PlanWatch>;
  /** Starts a command line without a terminal. */
  startCommand(request: QuietRequest): RunningCommand;
  /** Starts a model that says what a script says; to be ended. @throws DocumentError, ConflictError `port_taken` */
  mockModel(file: string, port: number): Promise<MockModel>;
  /** What was typed in screens; the settings of a folder say what is secret. */
  commandHistory(workspace: string): Promise<CommandHistory>;
  /** Keeps all that is known of something that broke in a file. Resolves with its path. */
  keepCrash(crash: Omit<Crash, 'at'>): Promise<string>;
  close(): Promise<void>;
}

/** The only place where adapters and services are made. */
export function openApp(options: AppOptions): App {
  const parts = createParts(options);
  const { home, toolsOf, processes, clock, storage, config, close } = parts;
  const workspace = (dir: string | undefined): Promise<string> => workspaceOf(parts, dir);
  return {
    home,
    tools: toolsOf,
    processes,
    clock,
    storage,
    config,
    workspace,
    loadDocument: async (file, folder) => {
      const { loadDocument } = await import('../documents/load-document.ts');
      return await loadDocument(file, { tools: (await toolsOf(folder)).registry, cwd: options.cwd });
    },
    mockModel: async (file, port) => (await import('./mock-model.ts')).openMockModel(file, options.cwd, port),
    stepNames: async (folder) => {
      const { describeSteps } = await import('../documents/describe-steps.ts');
      const { registry } = await toolsOf(folder);
      return (document) => describeSteps(document, registry);
    },
    createPlan: async (request) => (await import('./create-plan.ts')).createPlan(parts, request),
    proposePlan: async (request) => (await import('./propose-plan.ts')).proposePlan(parts, request),
    checkPlanText: async (plan) => (await import('./check-plan-text.ts')).checkPlanText(parts, plan),
    startPlan: async (planId, run) => (await import('./start-plan.ts')).startPlan(parts, planId, run),
    deletePlan: async (planId, how) => (await import('./delete-plan.ts')).deletePlan(parts, planId, how),
    control: async () => (await import('./plan-control.ts')).createPlanControl(parts),
    rollbacks: async () => (await import('./rollbacks.ts')).createRollbacks(parts),
    compensations: async (news) => (await import('./compensations.ts')).createCompensations(parts, news),
    files: parts.files,
    deleteCheckpoint: async (rootId, id) =>
      (await import('./storage-care.ts')).deleteCheckpoint(parts, rootId, id),
    prunePlans: async (rootId, how) => (await import('./prune-plans.ts')).prunePlans(parts, rootId, how),
    expirePlans: async (how) => (await import('./expire-plans.ts')).expirePlans(parts, how),
    garbage: async () => (await import('./storage-care.ts')).openGarbage(parts),
    archive: async () => (await import('./storage-care.ts')).openArchive(parts),
    homeOf: async (folder) => {
      const { StoredHome } = await import('./home-source.ts');
      return new StoredHome(parts, folder, () => workspace(undefined));
    },
    formOf: async (file, folder) => {
      const { readHomeForm } = await import('./home-form.ts');
      const tools = async (): Promise<ToolRegistry> => (await toolsOf(folder)).registry;
      return await readHomeForm(file, { tools, cwd: options.cwd, env: options.env }, folder);
    },
    watchPlan: async (plan, own) => (await import('./watch-plan.ts')).watchPlan(parts, plan, own),
    startCommand: (request) => new QuietChild(request),
    commandHistory: async (folder) => (await import('./command-history.ts')).commandHistory(parts, folder),
    keepCrash: async (crash) => {
      const { writeCrashLog } = await import('../host/crash-log.ts');
      return await writeCrashLog(join(home, 'logs'), { ...crash, at: clock.now() });
    },
    close,
  };
}

function workspaceOf({ options, home, userHome }: Parts, dir: string | undefined): Promise<string> {
  return resolveWorkspace(resolve(options.cwd, dir ?? '.'), {
    agentsHome: home,
    userHome,
    allowUnsafe: options.allowUnsafeWorkspace ?? false,
  });
}

export type { AppOptions };
