/** A part of a where clause, with the values that its question marks stand for. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

export function condition(sql: string, ...values: readonly (string | number)[]): Condition {
  return { sql, values };
}

/** All of them hold; at least one has to be given. */
export function allOf(conditions: readonly Condition[]): Condition {
  return join(conditions, ' and ');
}

/** One of them holds; at least one has to be given. */
export function oneOf(conditions: readonly Condition[]): Condition {
  return join(conditions, ' or ');
}

function join(conditions: readonly Condition[], word: string): Condition {
  const sql = conditions.map((one) => one.sql).join(word);
  return { sql: `(${sql})`, values: conditions.flatMap(({ values }) => values) };
}

/** As many question marks as there are values, for `in (...)`. */
export function placesOf(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
