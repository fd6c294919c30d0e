import * as z from 'zod';
import type { StepSpec, SubplansStep } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';

/** What an agent step gives (execution/agent-steps.ts). */
const AGENT_OUTPUTS = ['text', 'model', 'replies', 'calls', 'input_tokens', 'output_tokens', 'cost'];

/** The names in `steps.<id>.outputs`; null if they are not known before the step has run. */
export function outputNamesOf(
  step: Exclude<StepSpec, SubplansStep>,
  tools: ToolRegistry,
): readonly string[] | null {
  switch (step.kind) {
    case 'run':
      return namesOf(tools.get('shell.run')?.output);
    case 'uses':
      return namesOf(tools.get(step.uses)?.output);
    case 'decide':
      return ['chosen', 'by'];
    case 'ask':
      return ['answer'];
    case 'sleep':
      return [];
    case 'agent':
      return AGENT_OUTPUTS;
  }
}

/** A schema that lets other keys pass says nothing of what there will be. */
function namesOf(output: z.ZodType | undefined): readonly string[] | null {
  if (!(output instanceof z.ZodObject)) return null;
  const { catchall } = output.def;
  return catchall === undefined || catchall instanceof z.ZodNever ? Object.keys(output.shape) : null;
}
