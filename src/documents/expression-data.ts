import { data } from '@actions/expressions';
import type { Json } from '../domain/json.ts';

/** JSON as the expression engine sees it. Objects are converted key by key, when they are looked at. */
export function toData(value: Json): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (!Array.isArray(value)) return new JsonDictionary(value as Readonly<Record<string, Json>>);
  const list = new data.Array();
  for (const item of value as readonly Json[]) list.add(toData(item));
  return list;
}

/**
 * An object of which only what an expression names is converted: a scope may hold megabytes. Names fit in any case, as
 * on GitHub, but an exact one goes first; the engine's own dictionary loses keys such as `constructor`.
 */
export class JsonDictionary extends data.Dictionary {
  readonly #record: Readonly<Record<string, Json>>;

  constructor(record: Readonly<Record<string, Json>>) {
    super();
    this.#record = record;
  }

  override get(key: string): data.ExpressionData | undefined {
    const wanted = key.toLowerCase();
    const name = Object.hasOwn(this.#record, key)
      ? key
      : Object.keys(this.#record).find((known) => known.toLowerCase() === wanted);
    return name === undefined ? undefined : toData(this.#record[name] as Json);
  }

  override values(): data.ExpressionData[] {
    return Object.values(this.#record).map(toData);
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    return Object.entries(this.#record).map(([key, value]) => ({ key, value: toData(value) }));
  }
}

/** The JSON value of a result. */
export function fromData(value: data.ExpressionData): Json {
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.String:
    case data.Kind.Number:
    case data.Kind.Boolean:
      return (value as data.StringData | data.NumberData | data.BooleanData).value;
    case data.Kind.Array:
      return (value as data.Array).values().map(fromData);
    default:
      return Object.fromEntries(
        (value as data.Dictionary).pairs().map((pair) => [pair.key, fromData(pair.value)]),
      );
  }
}
