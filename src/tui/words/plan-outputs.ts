import type { Json } from '../../domain/json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { cutCells } from './cells.ts';

const VALUE_CELLS = 80;

/** What a complete plan gives, as `name = value`, each in one line and printable; none before it is complete. */
export function planOutputs(result: Json): readonly string[] {
  return Object.entries(result ?? {}).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${toPrintableLine(name)} = ${cutCells(toPrintableLine(text.trimEnd()), VALUE_CELLS)}`;
  });
}
