import type { RunStep, StepSpec, UsesStep } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { checkStep } from './check-steps.ts';
import { checkTemplates, type Sight, type Written } from './check-templates.ts';
import type { Path } from './document-source.ts';
import type { ContextName } from './expression-syntax.ts';
import { referencesIn } from './expression-references.ts';
import { splitTemplate } from './expression-text.ts';
import type { Json } from '../domain/json.ts';

/** What belongs to the plan around a repeated step, so that it is filled there. */
const OF_THE_PLAN: readonly ContextName[] = ['steps', 'decisions', 'context', 'plan'];

interface Around {
  /** What the expressions of the step may name; here the step itself is one of them. */
  readonly sight: Sight;
  readonly tools: ToolRegistry;
  readonly written: Written;
  readonly isRepeated: boolean;
}

/** Checks what takes back a step's doing: its command or tool, and its expressions. */
export function checkCompensation(step: StepSpec, path: Path, around: Around): void {
  if ((step.kind !== 'run' && step.kind !== 'uses') || !step.compensate) return;
  const { sight, tools, written } = around;
  const { compensate } = step;
  const place: Path = [...path, 'compensate'];
  if (step.effect === 'read') {
    const hint = 'leave compensate out, or effect: read';
    written.source.reportKey(place, 'a step that only reads has nothing to take back', hint);
  }
  checkStep(callOf(step), place, tools, written);
  const seen: Sight = {
    ...sight,
    stepFault: (id, context) => (context === 'steps' && id === step.id ? null : sight.stepFault(id, context)),
  };
  checkTemplates(compensate.env, [...place, 'env'], { ...seen, allowsSecrets: true }, written);
  const given = 'uses' in compensate ? compensate.with : {};
  checkTemplates(given, [...place, 'with'], seen, written);
  if (around.isRepeated) {
    checkSides(compensate.env, [...place, 'env'], step.id, written);
    checkSides(given, [...place, 'with'], step.id, written);
  }
}

/** The call as a step that would make it. */
function callOf(step: RunStep | UsesStep): RunStep | UsesStep {
  const { compensate, kind: _kind, name: _name, effect: _effect, ...common } = step;
  const rest = { ...common, name: null };
  if (compensate && 'uses' in compensate)
    return { ...rest, kind: 'uses', uses: compensate.uses, with: compensate.with, effect: null };
  return { ...rest, kind: 'run', run: compensate?.run ?? '', effect: 'write' };
}

/** A repeated step runs in a plan of its own: what is around it is filled there, what it gave is known only in its own. */
function checkSides(template: Json, path: Path, stepId: string, written: Written): void {
  if (typeof template !== 'string') {
    if (template === null || typeof template !== 'object') return;
    for (const [key, item] of Object.entries(template)) {
      checkSides(item as Json, [...path, Array.isArray(template) ? Number(key) : key], stepId, written);
    }
    return;
  }
  for (const piece of splitTemplate(template)) {
    if (piece.kind !== 'expression') continue;
    const named = referencesIn(`\${{${piece.text}}}`).filter(({ context }) => OF_THE_PLAN.includes(context));
    const own = named.filter(({ context, keys }) => context === 'steps' && keys[0] === stepId);
    if (own.length === 0 || own.length === named.length) continue;
    const hint = 'write two expressions; of a step with a matrix each names the one or the other';
    const message = `this names ${stepId} and what is around it in one expression`;
    written.source.reportInText(path, piece.offset, piece.text, message, hint);
  }
}
