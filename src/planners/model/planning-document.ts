import type { PlanDocument } from '../../domain/plan-document.ts';
import { PROPOSE_TOOL } from './propose-tool.ts';

/** The step that plans. */
export const PLANNING_STEP = 'plan';
/** What a model may look with. */
export const LOOKING_TOOLS: readonly string[] = ['fs.glob', 'fs.grep', 'fs.read'];
/** Replies of the model at most. */
export const MAX_REPLIES = 20;
/** Plans that it may propose at most, with those that have faults. */
export const MAX_PROPOSALS = 5;

/** Planning as a plan of one step, which a model does: so it runs on the engine that everything runs on. */
export function planningDocument(model: string): PlanDocument {
  return {
    name: 'planning',
    goal: null,
    inputs: {},
    env: {},
    outputs: {},
    file: '(planning)',
    steps: [
      {
        kind: 'agent',
        id: PLANNING_STEP,
        name: null,
        needs: [],
        if: null,
        env: {},
        continue_on_error: false,
        timeout_ms: null,
        retries: { max: 0, backoff_ms: 0, restore: null },
        at: '1:1',
        model,
        // As inputs, so that nothing in them is taken for an expression.
        prompt: '${{ inputs.goal }}',
        system: '${{ inputs.guide }}',
        tools: [...LOOKING_TOOLS, PROPOSE_TOOL],
        max_steps: MAX_REPLIES,
      },
    ],
  };
}

/** What a model is told first. `given`: names of inputs that the plan will get. */
export function planningPrompt(goal: string, given: readonly string[]): string {
  const inputs =
    given.length === 0 ? '' : `\n\nThese inputs will be given; declare them: ${given.join(', ')}`;
  return `The goal: ${goal}${inputs}`;
}
