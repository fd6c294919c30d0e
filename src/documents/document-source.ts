import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Node,
  type Pair,
} from 'yaml';
import type { DocumentFault } from '../domain/errors.ts';

/** Where something stands in a document's value: keys and list indices from the top. */
export type Path = readonly (string | number)[];

/** A document's text with the places of its values, and the list that its faults are added to. */
export class DocumentSource {
  /** As shown in messages. */
  readonly file: string;
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #faults: DocumentFault[];
  #contents: unknown = null;
  #document: Document | null = null;

  constructor(file: string, text: string, lines: LineCounter, faults: DocumentFault[]) {
    this.file = file;
    this.#text = text;
    this.#lines = lines;
    this.#faults = faults;
  }

  /** Makes paths known; before, only offsets can be reported. */
  attach(document: Document.Parsed): void {
    this.#document = document as unknown as Document;
    this.#contents = document.contents;
  }

  /** The same document, with another list that faults are added to. */
  into(faults: DocumentFault[]): DocumentSource {
    const copy = new DocumentSource(this.file, this.#text, this.#lines, faults);
    copy.#contents = this.#contents;
    copy.#document = this.#document;
    return copy;
  }

  /** `line:column` of the value at a path. */
  at(path: Path): string {
    const { line, col } = this.#lines.linePos(this.#startOf(path));
    return `${line}:${col}`;
  }

  /** A fault at the value of a path; where it is missing, at what should hold it. */
  report(path: Path, message: string, hint: string | null = null): void {
    this.reportOffset(this.#startOf(path), message, hint);
  }

  /** A fault at the key that ends a path. */
  reportKey(path: Path, message: string, hint: string | null = null): void {
    const key = path.at(-1);
    const map = this.#resolve(this.#nodeAt(path.slice(0, -1)));
    const pair = isMap(map) ? map.items.find((item) => keyOf(item) === key) : undefined;
    this.reportOffset(startOf(pair?.key) ?? this.#startOf(path), message, hint);
  }

  /** A fault at a part of a text: `offset` and `part` are of the text as the document's value has it. */
  reportInText(path: Path, offset: number, part: string, message: string, hint: string | null = null): void {
    this.reportOffset(this.#locateInText(path, offset, part), message, hint);
  }

  /** A fault where a piece of the source stands first. */
  reportText(piece: string, message: string): void {
    this.reportOffset(Math.max(0, this.#text.indexOf(piece)), message);
  }

  reportOffset(offset: number, message: string, hint: string | null = null): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#faults.push({ file: this.file, line, column: col, message, hint });
  }

  /**
   * Indentation, quotes and escapes make offsets of a value differ from those of its source, so the same occurrence of
   * the same characters is looked for.
   */
  #locateInText(path: Path, offset: number, part: string): number {
    const node = this.#resolve(this.#nodeAt(path));
    const start = startOf(node) ?? this.#startOf(path);
    if (!isScalar(node)) return start;
    const before = String(node.value).slice(0, offset).split(part).length - 1;
    let found = this.#text.indexOf(part, start);
    for (let skipped = 0; skipped < before; skipped += 1) found = this.#text.indexOf(part, found + 1);
    // Written with escapes, it isn't found, or only behind the text's end.
    return found === -1 || found >= (node.range?.[1] ?? 0) ? start : found;
  }

  #startOf(path: Path): number {
    for (let length = path.length; length > 0; length -= 1) {
      const start = startOf(this.#nodeAt(path.slice(0, length)));
      if (start !== null) return start;
    }
    return startOf(this.#contents) ?? 0;
  }

  #nodeAt(path: Path): unknown {
    let node = this.#contents;
    for (const key of path) {
      const parent = this.#resolve(node);
      if (isMap(parent)) node = parent.items.find((item) => keyOf(item) === key)?.value;
      else node = isSeq(parent) ? parent.items[Number(key)] : undefined;
    }
    return node;
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) && this.#document ? node.resolve(this.#document) : node;
  }
}

/** The name of a pair as it becomes a property. */
export function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function startOf(node: unknown): number | null {
  if (isPair(node) || !isNode(node)) return null;
  return (node as Node).range?.[0] ?? null;
}
