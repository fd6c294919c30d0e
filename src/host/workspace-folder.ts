import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { AgentsError, NotFoundError, UsageError, WorkspaceError } from '../domain/errors.ts';

export interface WorkspaceRules {
  /** Where agents keeps its data; need not exist. */
  readonly agentsHome: string;
  /** The person's home folder; null: there is none. */
  readonly userHome: string | null;
  /** Take `/`, the home folder and mount roots too. */
  readonly allowUnsafe?: boolean;
}

/**
 * The absolute real path of a folder that a plan may work in.
 * @throws NotFoundError `workspace_missing`
 * @throws WorkspaceError `workspace_not_a_folder`, `workspace_unreadable`
 * @throws UsageError `workspace_refused`
 */
export async function resolveWorkspace(dir: string, rules: WorkspaceRules): Promise<string> {
  const real = await openFolder(dir);
  const why = rules.allowUnsafe ? null : await findDanger(real, rules.userHome);
  if (why) throw refuse(real, why, ['choose a folder inside it with -C']);
  const home = await realpathIfThere(rules.agentsHome);
  if (contains(real, home) || contains(home, real)) {
    throw refuse(real, `it and the data folder of agents (${home}) stand one in the other`, [
      'choose another folder, or set AGENTS_HOME to one outside of it',
    ]);
  }
  return real;
}

async function openFolder(dir: string): Promise<string> {
  try {
    const real = await realpath(dir);
    if (!(await stat(real)).isDirectory()) {
      throw new WorkspaceError('workspace_not_a_folder', `${dir} is not a folder`, {
        nextSteps: ['name a folder with -C'],
      });
    }
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (error) {
    if (error instanceof AgentsError) throw error;
    const hint = (error as Error).message;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new NotFoundError('workspace_missing', `the folder ${dir} does not exist`, {
        nextSteps: ['make it, or name another one with -C'],
        cause: error,
      });
    }
    throw new WorkspaceError('workspace_unreadable', `the folder ${dir} cannot be read`, {
      hint,
      cause: error,
    });
  }
}

/** Why a folder is too much to hand to a plan; null if it is not. */
async function findDanger(real: string, userHome: string | null): Promise<string | null> {
  if (dirname(real) === real) return 'it is the whole file system';
  if (userHome !== null && real === (await realpathIfThere(userHome))) return 'it is your home folder';
  const [own, above] = await Promise.all([stat(real), stat(dirname(real))]);
  return own.dev === above.dev ? null : 'it is the root of a mounted file system';
}

/** The real path, also of a folder that does not exist yet, as far as it does. */
async function realpathIfThere(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Missing: its parent decides. The root always exists, so this ends.
    const parent = dirname(path);
    return `${(await realpathIfThere(parent)).replace(/\/$/, '')}${path.slice(parent.replace(/\/$/, '').length)}`;
  }
}

function contains(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}

function refuse(real: string, why: string, nextSteps: readonly string[]): UsageError {
  return new UsageError('workspace_refused', `agents does not work in ${real}`, { hint: why, nextSteps });
}
