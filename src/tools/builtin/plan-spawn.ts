import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { defineTool } from '../define-tool.ts';

/** What a model may call to have several steps done as a plan of their own; the agent step that offers it does it. */
export const planSpawn = defineTool({
  name: 'plan.spawn',
  summary: 'Have steps done as a subplan of this plan, and wait for its end',
  // What its steps write goes through write windows of their own.
  effect: 'read',
  onlyAgents: true,
  input: z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$/)
      .describe('What it is called: unlike every other subplan of this step'),
    goal: z.string().optional().describe('What it is for'),
    steps: z
      .array(z.json())
      .min(1)
      .describe(
        'As in a plan document: {id, run: COMMAND, effect: read|write} or {id, uses: TOOL, with: {...}}, in order',
      ),
  }),
  output: z.object({ plan_id: z.string(), status: z.string(), outputs: z.json() }),
  async run() {
    throw new PlanError('only_agents', 'plan.spawn is only for agent steps', {
      hint: 'a document has its subplans in a step with subplans',
    });
  },
});
