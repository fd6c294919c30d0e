import { createParts } from '../../src/app/parts.ts';
import { rollbackDependencies } from '../../src/app/rollbacks.ts';
import { RollbackService } from '../../src/checkpoints/rollback-service.ts';
import type { RollbackChoices, RollbackResult } from '../../src/ports/rollback-control.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import { EVERYTHING, type WorkspaceBench } from './workspace-bench.ts';

/** Rolls back to the first checkpoint with the real services, of which a test replaces some of what works on files. */
export async function rollBackWith(
  bench: WorkspaceBench,
  planId: string,
  replaced: (files: WorkspaceFiles) => Partial<WorkspaceFiles>,
  choices: Partial<RollbackChoices> = {},
): Promise<RollbackResult> {
  const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
  const parts = createParts({ cwd: bench.root, env, set: {} });
  try {
    const deps = await rollbackDependencies(parts);
    const { id } = await deps.checkpoints.resolve(planId, '1');
    const mine = replaced(deps.files);
    const files: WorkspaceFiles = new Proxy(deps.files, {
      get: (target, name: keyof WorkspaceFiles) => mine[name] ?? target[name].bind(target),
    });
    const service = new RollbackService({ ...deps, files });
    return await service.rollBack(planId, id, { ...EVERYTHING, ...choices }, 'refuse', bench.options);
  } finally {
    await parts.close();
  }
}
