import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toCheckpointSettings } from '../config/live-settings.ts';
import { WorkspaceError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { Sandbox } from '../domain/plan-event.ts';
import type { Parts } from './parts.ts';

/** Where a plan's copy of its folder stands: out of reach of everything that works in the folder itself. */
export function sandboxFolder(home: string, planId: PlanId): string {
  return join(home, 'sandboxes', planId);
}

/** Whether a plan works in such a copy, by its workspace. */
export function isSandbox(home: string, workspace: string): boolean {
  return dirname(workspace) === join(home, 'sandboxes');
}

/**
 * Copies a folder for a plan to work in, and notes what it held.
 * @throws WorkspaceError; then no copy is left
 */
export async function makeSandbox(
  parts: Parts,
  planId: PlanId,
  folder: string,
): Promise<{ readonly workspace: string; readonly sandbox: Sandbox }> {
  const workspace = sandboxFolder(parts.home, planId);
  const files = await parts.files();
  const settings = toCheckpointSettings(await parts.config(folder));
  if (!settings.files) throw needsFiles();
  await mkdir(join(parts.home, 'sandboxes'), { recursive: true, mode: 0o700 });
  try {
    await files.copyFolder(folder, workspace);
    const { exclude, ignore, limits } = settings;
    const { tree } = await files.capture({ workspace, exclude, ignore, limits, keep: [] });
    return { workspace, sandbox: { folder, tree } };
  } catch (thrown) {
    await rm(workspace, { recursive: true, force: true });
    throw thrown;
  }
}

function needsFiles(): WorkspaceError {
  return new WorkspaceError('no_capture', 'a sandbox needs its files captured', {
    hint: 'core.checkpoints.files is false: nothing could be brought back from it',
    nextSteps: ['agents config set core.checkpoints.files true'],
  });
}
