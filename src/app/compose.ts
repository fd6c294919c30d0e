import type { LoadedConfig } from '../config/load-config.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { resolveWorkspace } from '../host/workspace-folder.ts';
import type { Clock } from '../ports/clock.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { LoadedDocument } from '../documents/load-document.ts';
import type { Storage } from '../storage/open-storage.ts';
import type { CreatePlanRequest } from './create-plan.ts';
import { createParts, type AppOptions } from './parts.ts';
import type { RunHandle, RunOptions } from './start-plan.ts';
import type { OwnEngine, PlanWatch } from './watch-plan.ts';

/** The program, put together. Cheap to make: database, documents and engine are loaded when first asked for. */
export interface App {
  /** `$AGENTS_HOME`. */
  readonly home: string;
  readonly tools: ToolRegistry;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  storage(): Promise<Storage>;
  config(workspace: string): Promise<LoadedConfig>;
  /** Real path of the workspace: `dir`, or the current folder. @throws UsageError, NotFoundError, WorkspaceError */
  workspace(dir: string | undefined): Promise<string>;
  loadDocument(file: string): Promise<LoadedDocument>;
  createPlan(request: CreatePlanRequest): Promise<PlanSummary>;
  /** @throws ConflictError if another process runs it, WaitingError if a secret or a word on a cut-off write is missing */
  startPlan(planId: string, options: RunOptions): Promise<RunHandle>;
  control(): Promise<PlanControl>;
  /** What a screen needs to show a plan and to act on it. */
  watchPlan(plan: PlanSummary, own: OwnEngine): Promise<PlanWatch>;
  close(): Promise<void>;
}

/** The only place where adapters and services are made. */
export function openApp(options: AppOptions): App {
  const parts = createParts(options);
  const { home, tools, processes, clock, storage, config, close } = parts;
  return {
    home,
    tools,
    processes,
    clock,
    storage,
    config,
    workspace: (dir) =>
      resolveWorkspace(dir ?? options.cwd, {
        agentsHome: home,
        userHome: parts.userHome,
        allowUnsafe: options.allowUnsafeWorkspace ?? false,
      }),
    loadDocument: async (file) => {
      const { loadDocument } = await import('../documents/load-document.ts');
      return await loadDocument(file, { tools, cwd: options.cwd });
    },
    createPlan: async (request) => (await import('./create-plan.ts')).createPlan(parts, request),
    startPlan: async (planId, run) => (await import('./start-plan.ts')).startPlan(parts, planId, run),
    control: async () => (await import('./plan-control.ts')).createPlanControl(parts),
    watchPlan: async (plan, own) => (await import('./watch-plan.ts')).watchPlan(parts, plan, own),
    close,
  };
}

export type { AppOptions };
