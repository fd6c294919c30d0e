import { homedir } from 'node:os';
import type { ConfigSource } from '../config/config-source.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { readSettings } from '../config/read-settings.ts';
import { agentsHome } from '../host/home-folder.ts';
import { SystemProcessTable } from '../host/process-table.ts';
import { systemClock } from '../host/system-clock.ts';
import { UlidSource } from '../host/ulid-source.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { LanguageModels } from '../ports/language-models.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { WorkspaceTools } from '../ports/workspace-tools.ts';
import type { WorkspaceFiles } from '../ports/workspace-files.ts';
import type { Storage } from '../storage/open-storage.ts';

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
  /** Absent: those that the settings name. */
  readonly models?: Parts['models'];
}

/** What everything is made from. */
export interface Parts {
  readonly options: AppOptions;
  /** `$AGENTS_HOME`. */
  readonly home: string;
  /** `$HOME`. */
  readonly userHome: string;
  /** The built-in ones; loaded on first use. */
  readonly tools: () => Promise<ToolRegistry>;
  /** What documents of a folder, by its real path, can name; servers that are started for it end with `close`. @throws ConfigError */
  readonly toolsOf: (workspace: string) => Promise<WorkspaceTools>;
  /** The language models that the settings of a folder name. @throws ConfigError */
  readonly models: (loaded: LoadedConfig) => Promise<LanguageModels>;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Opened on first use. */
  readonly storage: () => Promise<Storage>;
  /** Captures and restores files; its thread is started when it is first asked something. */
  readonly files: () => Promise<WorkspaceFiles>;
  readonly config: (workspace: string) => Promise<LoadedConfig>;
  readonly configSources: (workspace: string) => ConfigSource;
  readonly close: () => Promise<void>;
}

export function createParts(options: AppOptions): Parts {
  const home = agentsHome(options.env);
  const processes = new SystemProcessTable(home);
  const userHome = options.env['HOME'] ?? homedir();
  const clock = options.clock ?? systemClock;
  const configSources = (workspace: string): ConfigSource => ({
    workspace,
    env: options.env,
    home: userHome,
    flags: options.set,
  });
  let storage: Promise<Storage> | null = null;
  const openOnce = async (): Promise<Storage> => {
    const { openStorage } = await import('../storage/open-storage.ts');
    // A broken configuration must not keep anybody from looking at plans or taking a checkpoint: then the safe way.
    const durability = await readSettings(configSources(options.cwd)).then(
      ({ core }) => core.storage.durability,
      () => 'full' as const,
    );
    return await openStorage({ home, durability, processes, now: () => clock.now() });
  };
  let files: Promise<WorkspaceFiles> | null = null;
  let tools: Promise<ToolRegistry> | null = null;
  const byFolder = new Map<string, Promise<WorkspaceTools>>();
  const openTools = async (workspace: string): Promise<WorkspaceTools> => {
    const { openWorkspaceTools } = await import('./workspace-tools.ts');
    return await openWorkspaceTools(parts, workspace, null);
  };
  const parts: Parts = {
    options,
    home,
    userHome,
    processes,
    clock,
    ids: options.ids ?? new UlidSource(clock),
    tools: () => (tools ??= loadTools(processes)),
    toolsOf: (workspace) => {
      const known = byFolder.get(workspace) ?? openTools(workspace);
      byFolder.set(workspace, known);
      return known;
    },
    models:
      options.models ??
      (async (loaded) => (await import('./open-models.ts')).openModels(loaded, options.env)),
    files: () => (files ??= openFiles(home)),
    configSources,
    config: async (workspace) => {
      const { loadConfig } = await import('../config/load-config.ts');
      return await loadConfig(configSources(workspace));
    },
    storage: () => (storage ??= openOnce()),
    close: async () => {
      for (const opened of byFolder.values()) await (await opened.catch(() => null))?.[Symbol.asyncDispose]();
      await (await files)?.close();
      const opened = await storage?.catch(() => null);
      await opened?.close();
    },
  };
  return parts;
}

async function openFiles(home: string): Promise<WorkspaceFiles> {
  const { openWorkspaceFiles } = await import('./open-workspace-files.ts');
  return openWorkspaceFiles(home);
}

/** They bring most of the libraries with them, and few commands call a tool. */
async function loadTools(processes: ProcessTable): Promise<ToolRegistry> {
  const [{ createBuiltinTools }, { createToolRegistry }] = await Promise.all([
    import('../tools/builtin/builtin-tools.ts'),
    import('../tools/tool-registry.ts'),
  ]);
  return createToolRegistry(createBuiltinTools({ processes }));
}
