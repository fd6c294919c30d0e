/** A piece of a template: plain text, or the inside of one `${{ }}`. */
export interface TemplatePiece {
  readonly kind: 'text' | 'expression';
  readonly text: string;
  /** Where `text` begins in the template. */
  readonly offset: number;
}

/** A `${{` that never ends. */
export interface UnclosedPiece {
  readonly kind: 'unclosed';
  readonly offset: number;
}

const OPEN = '${{';

/** Cuts a template into its pieces, in order. */
export function splitTemplate(template: string): readonly (TemplatePiece | UnclosedPiece)[] {
  const pieces: (TemplatePiece | UnclosedPiece)[] = [];
  let from = 0;
  for (;;) {
    const open = template.indexOf(OPEN, from);
    const textEnd = open === -1 ? template.length : open;
    if (textEnd > from) pieces.push({ kind: 'text', text: template.slice(from, textEnd), offset: from });
    if (open === -1) return pieces;
    const begin = open + OPEN.length;
    const end = findEnd(template, begin);
    if (end === -1) return [...pieces, { kind: 'unclosed', offset: open }];
    pieces.push({ kind: 'expression', text: template.slice(begin, end), offset: begin });
    from = end + 2;
  }
}

/** The first `}}` outside quotes; a doubled quote inside a text closes and opens it again, which comes to the same. */
function findEnd(template: string, begin: number): number {
  let quoted = false;
  for (let index = begin; index < template.length; index += 1) {
    if (template[index] === "'") quoted = !quoted;
    else if (!quoted && template.startsWith('}}', index)) return index;
  }
  return -1;
}

export function hasExpression(template: string): boolean {
  return template.includes(OPEN);
}

/** The expression of a condition, which may stand with or without its marks; null if it is more than one expression. */
export function conditionOf(condition: string): Pick<TemplatePiece, 'text' | 'offset'> | null {
  if (!hasExpression(condition)) return { text: condition, offset: 0 };
  const pieces = splitTemplate(condition).filter(
    (piece) => piece.kind !== 'text' || piece.text.trim() !== '',
  );
  const only = pieces[0];
  return pieces.length === 1 && only?.kind === 'expression' ? only : null;
}
