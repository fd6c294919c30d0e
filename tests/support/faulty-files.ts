import { statfsSync } from 'node:fs';
import { createParts, type Parts } from '../../src/app/parts.ts';
import { openObjectStore } from '../../src/storage/open-object-store.ts';
import { InlineWorkspaceFiles } from '../../src/workspace/inline-workspace-files.ts';
import { WorkspaceEngine, type EngineParts } from '../../src/workspace/workspace-engine.ts';
import type { WorkspaceBench } from './workspace-bench.ts';

/** The parts of the program on a bench, whose files fail as `fault` says. To be closed. */
export async function faultyParts(
  { root, home }: WorkspaceBench,
  { fault, putFault }: { readonly fault?: EngineParts['fault']; readonly putFault?: () => void },
): Promise<Parts> {
  const env = { PATH: process.env['PATH'], HOME: root, AGENTS_HOME: home };
  const parts = createParts({ cwd: root, env, set: {} });
  await parts.storage();
  const store = await openObjectStore({ home });
  if (putFault) {
    const put = store.putContent.bind(store);
    store.putContent = (hash, content) => {
      putFault();
      return put(hash, content);
    };
  }
  const freeBytes = (): number => statfsSync(home).bavail * statfsSync(home).bsize;
  const engine = new WorkspaceEngine({ store, home, freeBytes, ...(fault ? { fault } : {}) });
  const files = new InlineWorkspaceFiles(engine);
  return {
    ...parts,
    files: async () => files,
    close: async () => {
      await files.close();
      await parts.close();
    },
  };
}

/** An error as the file system throws it. */
export function failing(code: string): Error {
  return Object.assign(new Error(`${code}: as a test wants it`), { code });
}
