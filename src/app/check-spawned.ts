import type { PlanDocument } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';

/** The file that a plan which a model wrote is from, in messages. */
const SPAWNED = '(spawned)';

/** Checks the plans that models write while they run; what they include stands in the plan's folder. */
export function checkSpawned(tools: ToolRegistry, cwd: string): (text: string) => Promise<PlanDocument> {
  return async (text) => {
    const { parseDocument } = await import('../documents/load-document.ts');
    return (await parseDocument(text, SPAWNED, { tools, cwd })).document;
  };
}
