import { fitsAny, subjectOf } from '../domain/permissions.ts';
import type { AgentStep, PlanDocument, StepHead, StepSpec } from '../domain/plan-document.ts';
import type { Effect } from '../domain/plan.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { formatDuration } from './duration.ts';

const MAX_LENGTH = 80;

/** What a plan shows of its steps before they have run. */
export function describeSteps(document: PlanDocument, tools: ToolRegistry): readonly StepHead[] {
  return document.steps.map((step) => ({
    id: step.id,
    kind: step.kind,
    name: step.name ?? shorten(nameOf(step)),
    effect: effectOf(step, tools),
  }));
}

function nameOf(step: StepSpec): string {
  switch (step.kind) {
    case 'run':
      return `$ ${step.run.trim()}`;
    case 'uses':
      return [step.uses, subjectOf(step.with)].join(' ').trim();
    case 'decide':
    case 'ask':
      return unfilled(step.question);
    case 'agent':
      return `agent: ${unfilled(step.prompt.trim())}`;
    case 'sleep':
      return `sleep ${formatDuration(step.sleep_ms)}`;
    case 'subplans': {
      const names = step.plans.map((plan) => plan.name).join(', ');
      return `${step.mode === 'dependency_ordered' ? 'ordered' : step.mode}: ${names}`;
    }
  }
}

/** Before the step runs nobody knows what its expressions give. */
const unfilled = (template: string): string => template.replaceAll(/\$\{\{.*?\}\}/gs, '…');

/** The first line, at most 80 characters long. */
function shorten(text: string): string {
  const [line = '', ...more] = text.split(/\r?\n/);
  if (line.length <= MAX_LENGTH && more.length === 0) return line;
  return `${line.slice(0, MAX_LENGTH - 1).trimEnd()}…`;
}

function effectOf(step: StepSpec, tools: ToolRegistry): Effect | null {
  if (step.kind === 'run') return step.effect;
  if (step.kind === 'agent') return effectOfAgent(step, tools);
  if (step.kind !== 'uses') return null;
  if (step.effect !== null) return step.effect;
  const tool = tools.get(step.uses);
  if (!tool?.effectOf) return tool?.effect ?? null;
  const parsed = tool.input.safeParse(step.with);
  return parsed.success ? tool.effectOf(parsed.data) : tool.effect;
}

/** What a model may call, as far as it is known; null: it calls nothing. */
function effectOfAgent({ tools: patterns }: AgentStep, tools: ToolRegistry): Effect | null {
  if (patterns.length === 0) return null;
  const offered = tools.list().filter(({ name }) => fitsAny(patterns, name));
  const mayWrite = patterns.some((pattern) => tools.mayHave(pattern));
  return mayWrite || offered.some(({ effect }) => effect === 'write') ? 'write' : 'read';
}
