import { data, Evaluator } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { PlanError } from '../domain/errors.ts';
import { findJsonFault, type Json } from '../domain/json.ts';
import type { Expressions, ExpressionScope } from '../ports/expressions.ts';
import { fromData, JsonDictionary, toData } from './expression-data.ts';
import {
  ExpressionFault,
  tryParse,
  type ParsedExpression,
  type StatusFunction,
} from './expression-syntax.ts';
import { conditionOf, hasExpression, splitTemplate } from './expression-text.ts';

/** Expressions as on GitHub, by GitHub's own engine. */
export function createExpressions(): Expressions {
  return { fill, test, stepsIn, runsAfterFailure };
}

function fill(template: Json, scope: ExpressionScope): Json {
  if (typeof template === 'string') return hasExpression(template) ? fillText(template, scope) : template;
  if (template === null || typeof template !== 'object') return template;
  if (Array.isArray(template)) return (template as readonly Json[]).map((item) => fill(item, scope));
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, scope)]));
}

function fillText(template: string, scope: ExpressionScope): Json {
  const pieces = splitTemplate(template);
  const only = conditionOf(template);
  if (only) return toStorable(evaluate(only.text, scope), only.text);
  return pieces
    .map((piece) => {
      if (piece.kind === 'unclosed')
        throw new PlanError('expression_failed', `a \${{ has no end in: ${template}`);
      return piece.kind === 'text' ? piece.text : evaluate(piece.text, scope).coerceString();
    })
    .join('');
}

/** `${{ NaN }}` is a number to the engine, but nothing that can be stored. */
function toStorable(value: data.ExpressionData, text: string): Json {
  const json = fromData(value);
  const fault = findJsonFault(json);
  if (fault) throw expressionError(text, fault.reason, 0);
  return json;
}

function test(condition: string | null, scope: ExpressionScope): boolean {
  if (condition === null) return scope.status === 'success';
  const { expression, text } = parseCondition(condition);
  if (expression.statusCalls.length === 0 && scope.status !== 'success') return false;
  const value = run(expression, text, scope);
  // Null, false, 0, NaN and the empty text don't hold; lists and objects always do: as in JavaScript.
  return Boolean(value.primitive ? fromData(value) : true);
}

function stepsIn(template: Json): readonly string[] {
  if (typeof template === 'string') return hasExpression(template) ? stepsInText(template) : [];
  if (template === null || typeof template !== 'object') return [];
  return [...new Set(Object.values(template).flatMap((item: Json) => stepsIn(item)))];
}

function stepsInText(template: string): readonly string[] {
  const references = splitTemplate(template).flatMap((piece) =>
    piece.kind === 'expression' ? parse(piece.text).references : [],
  );
  return references.flatMap(({ context, keys: [id] }) =>
    context === 'steps' && id !== undefined ? [id] : [],
  );
}

function runsAfterFailure(condition: string | null): boolean {
  return (
    condition !== null && parseCondition(condition).expression.statusCalls.some((name) => name !== 'success')
  );
}

function parseCondition(condition: string): { readonly expression: ParsedExpression; readonly text: string } {
  const only = conditionOf(condition);
  if (!only) throw expressionError(condition, 'a condition is one expression', 0);
  return { expression: parse(only.text), text: only.text };
}

function evaluate(text: string, scope: ExpressionScope): data.ExpressionData {
  return run(parse(text), text, scope);
}

function parse(text: string): ParsedExpression {
  const parsed = tryParse(text);
  if (!(parsed instanceof ExpressionFault)) return parsed;
  throw expressionError(text, parsed.message, parsed.offset, parsed.hint);
}

function run({ expr }: ParsedExpression, text: string, scope: ExpressionScope): data.ExpressionData {
  const { status, ...contexts } = scope;
  try {
    // The language knows `matrix` everywhere; documents have it filled in where it means something.
    const known = new JsonDictionary({ matrix: {}, ...contexts });
    return new Evaluator(expr, known, functionsFor(status)).evaluate();
  } catch (thrown) {
    throw expressionError(text, (thrown as Error).message, 0);
  }
}

function functionsFor(status: ExpressionScope['status']): Map<string, FunctionDefinition> {
  const answers: Record<StatusFunction, boolean> = {
    success: status === 'success',
    failure: status === 'failure',
    cancelled: status === 'cancelled',
    always: true,
  };
  const definitions = Object.entries(answers).map(([name, answer]): [string, FunctionDefinition] => [
    name,
    { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer) },
  ]);
  return new Map([...definitions, ['fromjson', FROM_JSON]]);
}

/** The engine's own would lose keys that every JavaScript object has. */
const FROM_JSON: FunctionDefinition = {
  name: 'fromJSON',
  minArgs: 1,
  maxArgs: 1,
  call: (text) => toData(JSON.parse((text as data.ExpressionData).coerceString()) as Json),
};

/** `offset` counts from behind the opening mark. */
function expressionError(
  text: string,
  reason: string,
  offset: number,
  hint: string | null = null,
): PlanError {
  const where = `column ${offset + 4} of the expression`;
  return new PlanError('expression_failed', `can't evaluate \${{${text}}}: ${reason}`, {
    hint: hint === null ? where : `${where}; ${hint}`,
  });
}
