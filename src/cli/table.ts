import stringWidth from 'string-width';
import { padCells } from '../tui/words/cells.ts';

/** Rows in columns, two spaces apart, without trailing blanks. Colours in the cells don't count as width. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => padCells(cell, widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
