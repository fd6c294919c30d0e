import type { StepSpec } from '../domain/plan-document.ts';
import type { Written } from './check-templates.ts';
import type { Path } from './document-source.ts';
import { hasExpression } from './expression-text.ts';
import { labelFor, MAX_COMBINATIONS, type Matrix } from './matrix.ts';
import { valueAt } from './schema-faults.ts';
import { ID } from './schema-parts.ts';

/** Room for `id (values)` in a name of 200 characters. */
const LONGEST_LABEL = 90;

/** Checks the matrix of a step. Its values are known when the document is loaded, so they hold no expressions. */
export function checkMatrix(step: StepSpec, matrix: Matrix, path: Path, written: Written): void {
  const place: Path = [...path, 'strategy', 'matrix'];
  const { source, value } = written;
  for (const name of matrix.names) {
    if (ID.test(name)) continue;
    const isAxis = valueAt(value, [...place, name]) !== undefined;
    const message = `the name ${name} must begin with a letter or _ and go on with letters, digits, _ or -`;
    source.reportKey(isAxis ? [...place, name] : [...place, 'include'], message);
  }
  if (holdsExpression(valueAt(value, place))) {
    source.report(place, 'a matrix holds no expressions', 'its values are known before the plan runs');
  }
  if (matrix.combinations === null) {
    source.report(place, 'this matrix has too many combinations', `at most ${MAX_COMBINATIONS}`);
  } else if (matrix.combinations.length === 0) {
    source.report(place, 'this matrix has no combination', 'such as matrix: { node: [20, 24] }');
  } else checkLabels(step, matrix.combinations.map(labelFor), place, written);
}

function checkLabels(step: StepSpec, labels: readonly string[], place: Path, { source }: Written): void {
  for (const [index, label] of labels.entries()) {
    if (labels.indexOf(label) < index) {
      return source.report(place, `two combinations are called ${step.id} (${label})`);
    }
    if (label.length > LONGEST_LABEL || /[\n\r]/.test(label)) {
      const hint = `one line, at most ${LONGEST_LABEL} characters in a combination`;
      return source.report(place, 'these values are too long for the name of a subplan', hint);
    }
  }
}

function holdsExpression(value: unknown): boolean {
  if (typeof value === 'string') return hasExpression(value);
  return value !== null && typeof value === 'object' && Object.values(value).some(holdsExpression);
}
