import stringWidth from 'string-width';

/** Pads on the right to `width` cells, counting as a terminal does. */
export function padCells(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Shortens to at most `width` cells; the last one is then `…` (or `.` where that sign is missing). */
export function cutCells(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

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
