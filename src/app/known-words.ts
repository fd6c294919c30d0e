import type { PlanWords, Word } from '../ports/plan-words.ts';
import { agentsHome } from '../host/home-folder.ts';
import type { AppOptions } from './parts.ts';

/** What completion knows beyond the table of commands; each part is loaded only when it is asked for. */

/** The names of stored plans and what is in them; null if nothing is stored. */
export async function openKnownPlans(env: AppOptions['env'], workspace: string): Promise<PlanWords | null> {
  const { openPlanWords } = await import('../storage/sqlite-plan-words.ts');
  return openPlanWords(agentsHome(env), workspace);
}

/** The tools that steps can call. */
export async function knownTools(): Promise<readonly Word[]> {
  const [{ createBuiltinTools }, { SystemProcessTable }] = await Promise.all([
    import('../tools/builtin/builtin-tools.ts'),
    import('../host/process-table.ts'),
  ]);
  const tools = createBuiltinTools({ processes: new SystemProcessTable() });
  return tools.map(({ name, summary }) => ({ value: name, about: summary }));
}
