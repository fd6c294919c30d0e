import { data, Evaluator, type Expr } from '@actions/expressions';
import { Binary, FunctionCall, Grouping, Literal, Logical, Unary } from '@actions/expressions/ast';
import { fromData } from './expression-data.ts';
import { ExpressionFault, STATUS_FUNCTIONS, tryParse } from './expression-syntax.ts';

/** True if a condition can't hold, whatever happens: `false`, `1 == 2`, `false && inputs.x`. */
export function isNeverTrue(condition: string): boolean {
  const parsed = tryParse(condition);
  return !(parsed instanceof ExpressionFault) && neverHolds(parsed.expr);
}

function neverHolds(expr: Expr): boolean {
  if (expr instanceof Grouping) return neverHolds(expr.group);
  if (expr instanceof Logical) {
    return expr.operator.lexeme === '&&' ? expr.args.some(neverHolds) : expr.args.every(neverHolds);
  }
  return isConstant(expr) && !holds(expr);
}

/** True if nothing in an expression depends on the run. */
function isConstant(expr: Expr): boolean {
  if (expr instanceof Literal) return true;
  if (expr instanceof Grouping) return isConstant(expr.group);
  if (expr instanceof Unary) return isConstant(expr.expr);
  if (expr instanceof Binary) return isConstant(expr.left) && isConstant(expr.right);
  if (expr instanceof Logical) return expr.args.every(isConstant);
  if (!(expr instanceof FunctionCall)) return false;
  const name = expr.functionName.lexeme.toLowerCase();
  return !STATUS_FUNCTIONS.some((status) => status === name) && expr.args.every(isConstant);
}

function holds(expr: Expr): boolean {
  try {
    const value = new Evaluator(expr, new data.Dictionary()).evaluate();
    return Boolean(value.primitive ? fromData(value) : true);
  } catch {
    // It fails when it is evaluated, and that fails the step: something else than never running.
    return true;
  }
}
