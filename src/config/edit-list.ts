import { isScalar, type Node, type Scalar, type YAMLSeq } from 'yaml';
import type { Json } from '../domain/json.ts';
import { renderJson, renderYaml } from './render-value.ts';
import { endOf, endOfLine, indentAt, lineEndOf, splice, startOf, startOfLine } from './text-places.ts';

/** A list in a text, of plain values. */
interface ListInText {
  readonly text: string;
  readonly isJson: boolean;
  readonly list: YAMLSeq;
  readonly items: readonly Scalar[];
}

/**
 * The text after one item was put into a list or taken out of it, where that is all the difference to `wanted`: the
 * others keep their lines and every comment stays. null: the list has to be written anew.
 */
export function editOneItem(
  { text, isJson }: { readonly text: string; readonly isJson: boolean },
  list: YAMLSeq,
  wanted: readonly Json[],
): string | null {
  const items = (list.items as Node[]).filter((item) => isScalar(item));
  const difference = findDifference(
    items.map(({ value }) => value),
    wanted,
  );
  // An empty list has no item whose look the others could follow.
  if (items.length === 0 || wanted.length === 0 || items.length !== list.items.length || difference === null)
    return null;
  const { at, isNew } = difference;
  const found: ListInText = { text, isJson, list, items };
  if (list.flow === true)
    return isNew ? putInBrackets(found, at, wanted[at] as Json) : takeFromBrackets(found, at);
  if (!items.every((item) => isOnItsLine(text, item))) return null;
  return isNew ? putInLines(found, at, wanted[at] as Json) : takeFromLines(found, at);
}

/** The place of the one value that only one of two lists has; null if they differ otherwise. */
function findDifference(
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly at: number; readonly isNew: boolean } | null {
  const isNew = after.length > before.length;
  const [longer, shorter] = isNew ? [after, before] : [before, after];
  if (longer.length !== shorter.length + 1) return null;
  const differs = longer.findIndex((value, index) => value !== shorter[index]);
  const rest = longer.slice(differs + 1);
  return rest.every((value, index) => value === shorter[differs + index]) ? { at: differs, isNew } : null;
}

/** True for `  - item`, with nothing else before it. */
function isOnItsLine(text: string, item: Node): boolean {
  return /^[ \t]*-[ \t]+$/.test(text.slice(startOfLine(text, startOf(item)), startOf(item)));
}

function putInLines({ text, items }: ListInText, at: number, value: Json): string {
  const line = `${indentAt(text, startOf(items[0] as Scalar))}- ${renderYaml(value)}`;
  const before = items[at - 1];
  if (before) {
    const end = endOfLine(text, endOf(before, text));
    return splice(text, end, end, `${lineEndOf(text)}${line}`);
  }
  const start = startOfLine(text, startOf(items[0] as Scalar));
  return splice(text, start, start, `${line}${lineEndOf(text)}`);
}

/** Takes an item's line out. A comment on it stays, on a line of its own: nobody's words are lost. */
function takeFromLines({ text, items }: ListInText, at: number): string {
  const item = items[at] as Scalar;
  const start = startOfLine(text, startOf(item));
  const end = endOfLine(text, endOf(item, text));
  const comment = text.slice(endOf(item, text), end).trim();
  if (comment !== '') return splice(text, start, end, indentAt(text, startOf(item)) + comment);
  return text.slice(0, start) + text.slice(end).replace(/^\r?\n/, '');
}

function putInBrackets({ text, isJson, items }: ListInText, at: number, value: Json): string {
  const piece = isJson ? renderJson(value) : renderYaml(value);
  const first = startOf(items[0] as Scalar);
  const isOnOwnLine = text.slice(startOfLine(text, first), first).trim() === '';
  const gap = isOnOwnLine ? lineEndOf(text) + indentAt(text, first) : ' ';
  const before = items[at - 1];
  if (!before) return splice(text, first, first, `${piece},${gap}`);
  const end = endOf(before, text);
  const below = endOfLine(text, end);
  const lineRest = /^([ \t]*,)?[ \t]*(?:#.*)?$/.exec(text.slice(end, below));
  if (!isOnOwnLine || !lineRest) return splice(text, end, end, `,${gap}${piece}`);
  // Below the line of the item before it, so that a comment there stays with that one.
  if (lineRest[1] !== undefined) return splice(text, below, below, `${gap}${piece},`);
  return splice(splice(text, below, below, `${gap}${piece}`), end, end, ',');
}

function takeFromBrackets({ text, isJson, list, items }: ListInText, at: number): string {
  const item = items[at] as Scalar;
  const [before, next] = [items[at - 1], items[at + 1]];
  const [start, end] = [startOf(item), endOf(item, text)];
  if (!isJson && text.slice(startOf(list as Node), endOf(list as Node, text)).includes('#')) {
    // A comment may stand on either side; YAML allows the comma that is left at the end.
    const comma = /^[ \t]*,/.exec(text.slice(end))?.[0] ?? '';
    return splice(text, start, end + comma.length, '');
  }
  return next ? splice(text, start, startOf(next), '') : splice(text, endOf(before as Scalar, text), end, '');
}
