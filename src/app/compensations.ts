import { CheckpointService } from '../checkpoints/checkpoint-service.ts';
import { CompensationService, type CompensatingCall, type ReadyCall } from '../checkpoints/compensate.ts';
import { holdBack } from '../config/hold-back.ts';
import { FileLiveSettings } from '../config/live-settings.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { secretInputsOf } from '../documents/check-secret-names.ts';
import { PlanError, WaitingError } from '../domain/errors.ts';
import { permissionFor, subjectOf } from '../domain/permissions.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import type { PlanRecord } from '../domain/plan.ts';
import { secretsIn } from '../domain/secret-reference.ts';
import { liveFolder } from '../host/live-output-format.ts';
import { LiveOutputWriter } from '../host/live-output-writer.ts';
import type { CallPermission } from '../ports/call-permission.ts';
import type { CompensationControl } from '../ports/compensation-control.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { OutputLine } from '../ports/event-listener.ts';
import type { WorkspaceTools } from '../ports/workspace-tools.ts';
import { internalize } from '../tools/externalize.ts';
import type { ToolRunner } from '../tools/tool-runner.ts';
import { WriteWindow } from '../tools/write-window.ts';
import { heldSettings, type HeldSettings } from './held-settings.ts';
import type { Parts } from './parts.ts';
import { rollbackDependencies } from './rollbacks.ts';
import { createRecorder } from './run-recorder.ts';
import { createRunTools } from './run-tools.ts';
import { openWorkspaceTools } from './workspace-tools.ts';

/** What a person sees of a compensation that runs. */
export interface CompensationNews {
  readonly onOutput?: (line: OutputLine) => void;
  /** It waits for the workspace. */
  readonly onWaiting?: (message: string) => void;
  /** Something stands in the journal. */
  readonly onWritten?: () => void;
}

/** Compensations on the stores of a home. */
export async function createCompensations(
  parts: Parts,
  news: CompensationNews = {},
): Promise<CompensationControl> {
  const { plans, operations, processes, holderOf, withJournal } = await rollbackDependencies(parts, news);
  return new CompensationService({
    plans,
    operations,
    processes,
    ...(holderOf ? { holderOf } : {}),
    withJournal,
    ready: (journal, call) => readyCall(parts, news, journal, call),
  });
}

async function readyCall(
  parts: Parts,
  news: CompensationNews,
  journal: PlanJournal,
  call: CompensatingCall,
): Promise<ReadyCall> {
  const storage = await parts.storage();
  const record = await storage.plans.get(journal.rootId);
  const secrets = secretsFor(parts, record.document as unknown as PlanDocument, call.env);
  const held = await heldSettings(storage, record);
  const loaded = holdBack(await parts.config(record.workspace), held.changes);
  const tools = await openWorkspaceTools(parts, record.workspace, record.plan_id, loaded);
  const live = new LiveOutputWriter(liveFolder(parts.home, record.plan_id));
  const close = async (): Promise<void> => {
    await tools[Symbol.asyncDispose]();
    await live.close();
  };
  try {
    await tools.registry.prepare([call.tool]);
    const onOutput = (line: OutputLine): void => {
      live.onOutput(line);
      news.onOutput?.(line);
    };
    const input = await internalize(call.input, storage.blobs);
    const runner = await createRunner(
      { parts, record, journal, loaded, held, tools, secrets },
      news,
      onOutput,
    );
    return { run: (signal) => runner.run({ ...call, input }, signal), [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

interface Opened {
  readonly parts: Parts;
  readonly record: PlanRecord;
  readonly journal: PlanJournal;
  readonly loaded: LoadedConfig;
  readonly held: HeldSettings;
  readonly tools: WorkspaceTools;
  readonly secrets: Readonly<Record<string, string>>;
}

/** As a run's: the same window, triggers, recording and redaction. */
async function createRunner(
  { parts, record, journal, loaded, held, tools, secrets }: Opened,
  news: CompensationNews,
  onOutput: (line: OutputLine) => void,
): Promise<ToolRunner> {
  const { clock, processes } = parts;
  const { workspace } = record;
  const { workspaceLock, plans, blobs } = await parts.storage();
  const settings = new FileLiveSettings(parts.configSources(workspace), loaded, held.waits);
  const onWaiting = (message: string): void => news.onWaiting?.(message);
  const window = new WriteWindow({
    lock: workspaceLock,
    workspace,
    process: processes.self,
    clock,
    onWaiting,
  });
  const lastTree = await plans.lastTree(record.plan_id);
  const files = await parts.files();
  const recorder = createRecorder({ journal, files, blobs, settings, workspace, lastTree });
  return createRunTools({
    parts,
    journal,
    blobs,
    registry: tools.registry,
    servers: tools.servers?.specs ?? [],
    loaded,
    secrets,
    window,
    checkpoints: new CheckpointService(journal, settings, clock, window, recorder),
    recorder,
    permission: confirmedUnless(loaded.config.core.permissions),
    onOutput,
    outputRoom: () => null,
  });
}

/** Somebody has seen the exact call and said yes to it, as a question would ask: what is denied stays so. */
function confirmedUnless(rules: LoadedConfig['config']['core']['permissions']): CallPermission {
  return {
    asks: () => false,
    require: async ({ tool, input, stepId }) => {
      const { kind, rule } = permissionFor(rules, tool, subjectOf(input));
      if (kind !== 'deny') return;
      throw new PlanError('not_permitted', `${tool} may not run as ${stepId}`, {
        hint: `core.permissions.deny: ${rule}`,
      });
    },
  };
}

/** Only those that the call names: others need not be at hand. @throws WaitingError `secret_missing` */
function secretsFor(
  { options }: Parts,
  document: PlanDocument,
  env: CompensatingCall['env'],
): Readonly<Record<string, string>> {
  const known = secretInputsOf(document);
  const entries = [...new Set(secretsIn({ ...env }))].map((name): [string, string] => {
    const variable = known.find((secret) => secret.name === name)?.variable ?? name;
    const value = options.env[variable];
    if (value !== undefined && value !== '') return [name, value];
    throw new WaitingError('secret_missing', `the secret ${name} has no value`, {
      hint: `it comes from the environment variable ${variable}; it is never stored`,
      nextSteps: [`export ${variable}=...`],
    });
  });
  return Object.fromEntries(entries);
}
