import type { LoadedConfig } from '../config/load-config.ts';
import type { CallPermission } from '../ports/call-permission.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { CheckpointTrigger } from '../ports/checkpoint-trigger.ts';
import type { OutputLine } from '../ports/event-listener.ts';
import type { McpServerSpec } from '../ports/mcp.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { WorkspaceRecorder } from '../ports/workspace-recorder.ts';
import { createRedactor } from '../tools/redaction.ts';
import { ToolRunner } from '../tools/tool-runner.ts';
import type { WriteWindow } from '../tools/write-window.ts';
import type { Parts } from './parts.ts';
import { modelSecrets, secretValues, serverSecrets } from './secret-values.ts';

/** What the tools of a plan run with. */
export interface RunToolsOptions {
  readonly parts: Parts;
  readonly journal: PlanJournal;
  readonly blobs: BlobStore;
  readonly registry: ToolRegistry;
  readonly servers: readonly McpServerSpec[];
  readonly loaded: LoadedConfig;
  /** Values by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly window: WriteWindow;
  readonly checkpoints: CheckpointTrigger;
  readonly recorder: WorkspaceRecorder;
  readonly permission: CallPermission;
  readonly onOutput: (line: OutputLine) => void;
  readonly outputRoom: () => Promise<void> | null;
}

/** The one gate to tools, for whoever runs some: their environment, and what is secret of it, are the same everywhere. */
export function createRunTools(options: RunToolsOptions): ToolRunner {
  const { parts, loaded, servers, secrets, checkpoints, recorder, ...given } = options;
  const { env } = parts.options;
  const { core, tools } = loaded.config;
  const { names, patterns } = core.secrets;
  const baseEnv = { ...definedOnly(env), AGENTS_CALL_HOME: parts.home };
  const values = [
    ...Object.values(secrets),
    ...secretValues(baseEnv, names),
    ...serverSecrets(servers, env, names),
    ...modelSecrets(loaded, env),
  ];
  const redactor = createRedactor({ values, patterns });
  const settings = { redactor, baseEnv, secrets, effectOverrides: tools.overrides, ids: parts.ids };
  return new ToolRunner({ ...given, ...settings }, checkpoints, recorder);
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
