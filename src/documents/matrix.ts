import { canonicalJson, type Json } from '../domain/json.ts';
import type { RawMatrix, RawStrategy } from './strategy-schema.ts';

/** One combination of a matrix: the values that `matrix.<name>` has in it. */
export type Combination = Readonly<Record<string, Json>>;

/** How a step is repeated. */
export interface Matrix {
  /** All names, whether or not each combination has a value for them. */
  readonly names: readonly string[];
  /** null: more than MAX_COMBINATIONS. */
  readonly combinations: readonly Combination[] | null;
  readonly max_parallel: number | null;
  readonly fail_fast: boolean;
}

export const MAX_COMBINATIONS = 256;

export function matrixOf({ matrix, max_parallel, fail_fast }: RawStrategy): Matrix {
  const axes = axesOf(matrix);
  const extra = (matrix.include ?? []).flatMap((entry) => Object.keys(entry));
  return {
    names: [...new Set([...axes.map(([name]) => name), ...extra])],
    combinations: combine(matrix),
    max_parallel: max_parallel ?? null,
    fail_fast: fail_fast ?? true,
  };
}

/** How a combination is called: its values, such as `1, x`. */
export function labelFor(combination: Combination): string {
  return Object.values(combination)
    .map((value) => (typeof value === 'string' ? value : canonicalJson(value)))
    .join(', ');
}

/** How a repeated step or plan is called: `id (1, x)`. */
export function nameFor(name: string, combination: Combination): string {
  return `${name} (${labelFor(combination)})`;
}

function axesOf(matrix: RawMatrix): readonly (readonly [string, readonly Json[]])[] {
  const lists = Object.entries(matrix).filter(([name]) => name !== 'include' && name !== 'exclude');
  return lists as unknown as readonly (readonly [string, readonly Json[]])[];
}

/** As on GitHub: all combinations, without the excluded ones; then what is included. */
function combine(matrix: RawMatrix): readonly Combination[] | null {
  const axes = axesOf(matrix);
  const included = matrix.include ?? [];
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (Math.max(count, included.length) > MAX_COMBINATIONS) return null;
  const product = axes.reduce<readonly Combination[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    axes.length === 0 ? [] : [{}],
  );
  const kept = product.filter((one) => !(matrix.exclude ?? []).some((entry) => fits(entry, one)));
  const result = include(kept, included);
  return result.length > MAX_COMBINATIONS ? null : result;
}

/** An entry is added to each combination whose own values it doesn't contradict. */
function include(kept: readonly Combination[], entries: readonly Combination[]): readonly Combination[] {
  const added = kept.map((one) => ({ ...one }));
  const own: Combination[] = [];
  for (const entry of entries) {
    const matching = kept.flatMap((one, index) => {
      const shared = Object.fromEntries(Object.entries(entry).filter(([name]) => Object.hasOwn(one, name)));
      return fits(shared, one) ? [index] : [];
    });
    for (const index of matching) Object.assign(added[index] as object, entry);
    if (matching.length === 0) own.push(entry);
  }
  return [...added, ...own];
}

function fits(entry: Combination, combination: Combination): boolean {
  return Object.entries(entry).every(([name, value]) => {
    const own = Object.hasOwn(combination, name) ? combination[name] : undefined;
    return own !== undefined && canonicalJson(own) === canonicalJson(value);
  });
}
