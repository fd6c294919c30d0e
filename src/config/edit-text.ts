import { isCollection, isMap, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Json } from '../domain/json.ts';
import { editOneItem } from './edit-list.ts';
import { pairOf } from './parse-config.ts';
import { nest, renderJson, renderYaml } from './render-value.ts';
import { endOf, endOfLine, indentAt, lineEndOf, splice, startOf, startOfLine } from './text-places.ts';

/** A text with the node that holds the settings in it. */
export interface EditableText {
  readonly text: string;
  /** null: there are none yet, the text is empty or all comments. */
  readonly root: Node | null;
  /** Values are written as JSON. */
  readonly isJson: boolean;
}

type SettingPair = Pair<Node, Node | null>;

/** Names in lines, each deeper than the one before, and the value behind the last. */
function renderLines(path: readonly string[], value: Json, indent: string, lineEnd: string): string {
  const lines = path.map((name, depth) => `${indent}${'  '.repeat(depth)}${name}:`);
  return `${lines.join(lineEnd)} ${renderYaml(value)}`;
}

/** Sets the setting at a path; everything else stays as it is, byte by byte. */
export function setInText(editable: EditableText, path: readonly string[], value: Json): string {
  let holder = editable.root;
  for (const [depth, name] of path.slice(0, -1).entries()) {
    const pair = pairOf(holder, name);
    if (!pair) return insert(editable, holder, path.slice(depth), value);
    if (!isMap(pair.value)) return fillGroup(editable, pair, path.slice(depth + 1), value);
    holder = pair.value;
  }
  const pair = pairOf(holder, path.at(-1) as string);
  return pair ? replaceValue(editable, pair, value) : insert(editable, holder, path.slice(-1), value);
}

function replaceValue({ text, isJson }: EditableText, pair: SettingPair, value: Json): string {
  const old = pair.value;
  if (old === null) return text;
  const isInLines = isCollection(old) && old.flow !== true;
  if (isSeq(old) && Array.isArray(value)) {
    const edited = editOneItem({ text, isJson }, old, value as readonly Json[]);
    if (edited !== null) return edited;
  }
  if (isSeq(old) && isInLines && Array.isArray(value) && value.length > 0) {
    const items = value.map((item: Json) => `- ${renderYaml(item)}`);
    const piece = items.join(lineEndOf(text) + indentAt(text, startOf(old)));
    return splice(text, startOf(old), endOf(old, text), piece);
  }
  const piece = isJson ? renderJson(value) : renderYaml(value);
  if (!isInLines && startOf(old) !== old.range?.[1]) {
    return splice(text, startOf(old), endOf(old, text), piece);
  }
  // Nothing yet, or lines that give way to one value: it goes behind the colon, before a comment that is there.
  const behindColon = text.indexOf(':', endOf(pair.key, text)) + 1;
  const rest = isInLines ? takeLines(text, endOfLine(text, behindColon), endOf(old, text)) : text;
  return splice(rest, behindColon, behindColon, ` ${piece}`);
}

/** Takes the lines of a value out; those that are only comments stay. */
function takeLines(text: string, from: number, to: number): string {
  const comments = text.slice(from, to).match(/\r?\n[ \t]*#[^\r\n]*/g) ?? [];
  return splice(text, from, to, comments.join(''));
}

/** Puts a setting into a group that holds nothing: `core:`, perhaps with all of it commented out. */
function fillGroup(
  { text, isJson }: EditableText,
  pair: SettingPair,
  rest: readonly string[],
  value: Json,
): string {
  const old = pair.value;
  if (old === null) return text;
  if (startOf(old) !== old.range?.[1]) {
    const whole = nest(rest, value);
    return splice(text, startOf(old), endOf(old, text), isJson ? renderJson(whole) : renderYaml(whole));
  }
  const at = endOfLine(text, startOf(pair.key));
  const indent = `${indentAt(text, startOf(pair.key))}  `;
  return splice(text, at, at, lineEndOf(text) + renderLines(rest, value, indent, lineEndOf(text)));
}

function insert(editable: EditableText, holder: Node | null, rest: readonly string[], value: Json): string {
  const { text } = editable;
  if (!isMap(holder)) return append(editable, rest, value);
  if (holder.flow === true) return insertPair(editable, holder, rest, value);
  const at = endOfLine(text, endOf(holder, text));
  const lines = renderLines(rest, value, indentAt(text, startOf(holder)), lineEndOf(text));
  return splice(text, at, at, lineEndOf(text) + lines);
}

/** Into a map in braces: behind its last pair, on a line of its own if the first one has one. */
function insertPair(
  { text, isJson }: EditableText,
  holder: YAMLMap,
  rest: readonly string[],
  value: Json,
): string {
  const whole = isJson ? renderJson(nest(rest, value)) : renderYaml(nest(rest, value));
  const [first, last] = [holder.items[0], holder.items.at(-1)] as (SettingPair | undefined)[];
  if (!first || !last) return splice(text, startOf(holder), endOf(holder, text), whole);
  const gap = text.slice(startOf(holder) + 1, startOf(first.key));
  const at = endOf(last.value ?? last.key, text);
  const separator = gap.includes('\n') ? lineEndOf(text) + indentAt(text, startOf(first.key)) : ' ';
  return splice(text, at, at, `,${separator}${whole.slice(2, -2)}`);
}

function append({ text, isJson }: EditableText, path: readonly string[], value: Json): string {
  const lineEnd = lineEndOf(text);
  if (isJson) return renderJson(nest(path, value)) + lineEnd;
  const isOpen = text !== '' && !text.endsWith('\n');
  return `${text}${isOpen ? lineEnd : ''}${renderLines(path, value, '', lineEnd)}${lineEnd}`;
}

/** Takes the setting at a path out; its groups stay, even empty, with their comments. */
export function unsetInText({ text, root }: EditableText, path: readonly string[]): string {
  const holder = path
    .slice(0, -1)
    .reduce((node: Node | null, name) => pairOf(node, name)?.value ?? null, root);
  const pair = pairOf(holder, path.at(-1) as string);
  if (!pair || !isMap(holder)) return text;
  const end = endOf(pair.value ?? pair.key, text);
  if (holder.flow === true) return removePair(text, holder, pair, end);
  const lineEnd = endOfLine(text, end);
  const rest = text.slice(lineEnd).replace(/^\r?\n/, '');
  return text.slice(0, startOfLine(text, startOf(pair.key))) + rest;
}

/** Out of a map in braces, with one of the commas around it. */
function removePair(text: string, holder: YAMLMap, pair: SettingPair, end: number): string {
  const pairs = holder.items as SettingPair[];
  const index = pairs.indexOf(pair);
  const [before, next] = [pairs[index - 1], pairs[index + 1]];
  if (next) return splice(text, startOf(pair.key), startOf(next.key), '');
  if (before) return splice(text, endOf(before.value ?? before.key, text), end, '');
  return splice(text, startOf(holder), endOf(holder, text), '{}');
}
