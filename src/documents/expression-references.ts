import type { Json } from '../domain/json.ts';
import { ExpressionFault, tryParse, type Reference } from './expression-syntax.ts';
import { hasExpression, splitTemplate } from './expression-text.ts';

/** Everything that the expressions in a value name. Expressions with faults name nothing: they are told of elsewhere. */
export function referencesIn(template: Json): readonly Reference[] {
  if (typeof template === 'string') return hasExpression(template) ? referencesInText(template) : [];
  if (template === null || typeof template !== 'object') return [];
  return Object.values(template).flatMap((item: Json) => referencesIn(item));
}

function referencesInText(template: string): readonly Reference[] {
  return splitTemplate(template).flatMap((piece) => {
    if (piece.kind !== 'expression') return [];
    const parsed = tryParse(piece.text);
    return parsed instanceof ExpressionFault ? [] : parsed.references;
  });
}
