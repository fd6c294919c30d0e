import { PlanError } from '../../domain/errors.ts';
import { secretsIn } from '../../domain/secret-reference.ts';
import type { ExpressionScope } from '../../ports/expressions.ts';
import { toText } from '../plan-context.ts';
import type { RunServices } from '../run-services.ts';

/** A template filled in for a model. @throws PlanError `secret_in_prompt` */
export function modelText(
  { expressions }: Pick<RunServices, 'expressions'>,
  template: string,
  scope: ExpressionScope,
): string {
  const text = toText(expressions.fill(template, scope));
  const [leaked] = secretsIn(text);
  if (leaked === undefined) return text;
  throw new PlanError('secret_in_prompt', `the secret ${leaked} stands in what a model is told`, {
    hint: 'secrets reach only tools, through env',
  });
}
