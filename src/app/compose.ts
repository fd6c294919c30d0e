import { homedir } from 'node:os';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { agentsHome } from '../host/home-folder.ts';
import { SystemProcessTable } from '../host/process-table.ts';
import { systemClock } from '../host/system-clock.ts';
import { UlidSource } from '../host/ulid-source.ts';
import { resolveWorkspace } from '../host/workspace-folder.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { LoadedDocument } from '../documents/load-document.ts';
import type { Storage } from '../storage/open-storage.ts';
import type { CreatePlanRequest } from './create-plan.ts';
import type { RunHandle, RunOptions } from './start-plan.ts';
import { createBuiltinTools } from '../tools/builtin/builtin-tools.ts';
import { createToolRegistry } from '../tools/tool-registry.ts';

export interface AppOptions {
  /** The folder that relative paths of the command line start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--set KEY=VALUE`: the strongest level of the configuration. */
  readonly set: Readonly<Record<string, string>>;
  /** A folder that is otherwise refused as a workspace (a home, a mount root) was asked for by name. */
  readonly allowUnsafeWorkspace?: boolean;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}

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
  close(): Promise<void>;
}

/** What the parts of the program are made from. */
export interface Parts extends Pick<App, 'home' | 'tools' | 'processes' | 'clock' | 'storage' | 'config'> {
  readonly options: AppOptions;
  readonly ids: IdSource;
  readonly configSources: (workspace: string) => Parameters<typeof loadConfig>[0];
}

/** The only place where adapters and services are made. */
export function openApp(options: AppOptions): App {
  const parts = createParts(options);
  const { home, tools, processes, clock, storage, config } = parts;
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
        userHome: userHome(options),
        allowUnsafe: options.allowUnsafeWorkspace ?? false,
      }),
    loadDocument: async (file) => {
      const { loadDocument } = await import('../documents/load-document.ts');
      return await loadDocument(file, { tools, cwd: options.cwd });
    },
    createPlan: async (request) => (await import('./create-plan.ts')).createPlan(parts, request),
    startPlan: async (planId, run) => (await import('./start-plan.ts')).startPlan(parts, planId, run),
    control: async () => (await import('./plan-control.ts')).createPlanControl(parts),
    close: parts.close,
  };
}

function createParts(options: AppOptions): Parts & { close(): Promise<void> } {
  const home = agentsHome(options.env);
  const processes = new SystemProcessTable();
  const clock = options.clock ?? systemClock;
  const configSources = (workspace: string): Parameters<typeof loadConfig>[0] => ({
    workspace,
    env: options.env,
    home: userHome(options),
    flags: options.set,
  });
  let storage: Promise<Storage> | null = null;
  const openOnce = async (): Promise<Storage> => {
    const { openStorage } = await import('../storage/open-storage.ts');
    const { config } = await loadConfig(configSources(options.cwd));
    const { durability } = config.core.storage;
    return await openStorage({ home, durability, processes, now: () => clock.now() });
  };
  return {
    options,
    home,
    processes,
    clock,
    ids: options.ids ?? new UlidSource(clock),
    tools: createToolRegistry(createBuiltinTools({ processes })),
    configSources,
    config: (workspace) => loadConfig(configSources(workspace)),
    storage: () => (storage ??= openOnce()),
    close: async () => {
      const opened = await storage?.catch(() => null);
      await opened?.close();
    },
  };
}

function userHome(options: AppOptions): string {
  return options.env['HOME'] ?? homedir();
}

