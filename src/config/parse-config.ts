import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { closestWord } from '../domain/closest-word.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { describeValue, type GivenValue } from './check-value.ts';
import type { ConfigFault } from './config-fault.ts';
import { CONFIG_KEYS, hintForKey, keyAt, namesBelow } from './config-keys.ts';
import type { ConfigLevel, Origin } from './config-source.ts';

/** A configuration file taken apart. JSON is read as YAML, of which it is a part. */
export interface ParsedConfig {
  readonly document: Document.Parsed;
  /** What holds the settings; null if the file has none. */
  readonly root: Node | null;
  readonly values: readonly GivenValue[];
  readonly faults: readonly ConfigFault[];
}

/** Names that would reach into every object if they became keys of one. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/** A key as text; null if it is a list or a map. */
export function nameOf(pair: Pair): string | null {
  return isScalar(pair.key) ? String(pair.key.value) : null;
}

/** The pair of a map whose key is `name`. */
export function pairOf(node: unknown, name: string): Pair<Node, Node | null> | undefined {
  const pairs = isMap(node) ? (node.items as Pair<Node, Node | null>[]) : [];
  return pairs.find((pair) => nameOf(pair) === name);
}

/** Reads the settings of one file. */
class ConfigReader {
  readonly values: GivenValue[] = [];
  readonly faults: ConfigFault[] = [];
  readonly document: Document.Parsed;
  readonly #counter = new LineCounter();
  readonly #file: string;
  readonly #level: ConfigLevel;

  constructor(text: string, file: string, level: ConfigLevel) {
    this.#file = file;
    this.#level = level;
    const options = { lineCounter: this.#counter, prettyErrors: false, uniqueKeys: false };
    this.document = parseDocument(text, options);
  }

  originAt(offset: number): Origin {
    const { line, col } = this.#counter.linePos(offset);
    return { level: this.#level, name: this.#file, line, column: col };
  }

  fault(offset: number, message: string, hint: string | null = null): void {
    this.faults.push({ origin: this.originAt(offset), message, hint });
  }

  /** The first thing the YAML reader objects to; what follows from it is noise. */
  readSyntax(): void {
    const first = this.document.errors[0] ?? this.document.warnings[0];
    if (first) this.fault(first.pos[0], first.message);
  }

  /** What YAML allows, but a configuration has no use for. */
  refuseOddities(root: Node): void {
    visit(root, {
      Alias: (_, alias) =>
        this.fault(startOf(alias), 'aliases are not understood here', 'write the value out'),
      Map: (_, map) => this.#refuseOddNames(map),
    });
  }

  #refuseOddNames(map: YAMLMap): void {
    const seen = new Map<string, number>();
    for (const pair of map.items) {
      const name = nameOf(pair);
      const at = startOf(pair.key as Node);
      if (name === null) this.fault(at, 'a key is a plain text');
      else if (FORBIDDEN_NAMES.has(name)) this.fault(at, `${name} can't be a key`);
      else if (seen.has(name)) {
        const first = this.originAt(seen.get(name) as number);
        this.fault(at, `${toPrintableLine(name)} is there twice`, `first in line ${first.line}`);
      } else seen.set(name, at);
    }
  }

  readGroup(node: Node | null, path: readonly string[]): void {
    // A group whose settings are all commented out.
    if (node === null || (isScalar(node) && node.value === null)) return;
    if (!isMap(node)) {
      const what = path.length === 0 ? 'the configuration' : path.join('.');
      const value = describeValue(node.toJS(this.document));
      this.fault(
        startOf(node),
        `${what}: expected a map, not ${value}`,
        `its keys are ${namesBelow(path).join(', ')}`,
      );
      return;
    }
    for (const pair of node.items as Pair<Node, Node | null>[]) this.#readPair(pair, path);
  }

  #readPair(pair: Pair<Node, Node | null>, path: readonly string[]): void {
    const name = nameOf(pair) as string;
    const here = [...path, name];
    const key = keyAt(here);
    if (key) this.#readValue(pair, key);
    else if (!name.includes('.') && namesBelow(here).length > 0) this.readGroup(pair.value, here);
    else
      this.fault(
        startOf(pair.key),
        `unknown key ${toPrintableLine(here.join('.'))}`,
        hintForName(path, name),
      );
  }

  #readValue(pair: Pair<Node, Node | null>, key: GivenValue['key']): void {
    const { key: name, value } = pair;
    this.values.push({
      key,
      value: value?.toJS(this.document),
      origin: this.originAt(startOf(name)),
      originOf: (path, ofName) => this.originAt(findOffset(pair, path, ofName)),
    });
  }
}

function startOf(node: Node): number {
  return node.range?.[0] as number;
}

function findOffset(pair: Pair<Node, Node | null>, path: readonly PropertyKey[], ofName: boolean): number {
  let { key, value } = pair;
  for (const part of path) {
    const inner = pairOf(value, String(part));
    // What is missing has no place of its own: the map that lacks it is told.
    if (!inner && isMap(value)) return startOf(key);
    if (inner) ({ key, value } = inner);
    else value = (value as unknown as { items: Node[] }).items[part as number] as Node;
  }
  const isThere = value !== null && value.range?.[0] !== value.range?.[1];
  return startOf(ofName || !isThere ? key : (value as Node));
}

function hintForName(path: readonly string[], name: string): string {
  const isFlat = path.length === 0 && CONFIG_KEYS.some(({ key }) => key === name);
  if (isFlat) return 'write it as maps in maps, one key a line';
  const siblings = namesBelow(path);
  const near = closestWord(name, siblings);
  if (near !== null) return `did you mean ${near}?`;
  const elsewhere = CONFIG_KEYS.find((key) => key.path.at(-1) === name);
  return elsewhere ? hintForKey(name) : `the keys here are ${siblings.join(', ')}`;
}

/**
 * Reads the settings of one file, or those below one key of it (`package.json`). Finds every fault that can be known
 * without the schema of the values.
 */
export function parseConfig(
  text: string,
  file: string,
  level: ConfigLevel,
  below: string | null,
): ParsedConfig {
  const reader = new ConfigReader(text, file, level);
  const { document, values, faults } = reader;
  reader.readSyntax();
  if (faults.length > 0) return { document, root: null, values, faults };
  const root = below === null ? document.contents : (pairOf(document.contents, below)?.value ?? null);
  if (root === null) return { document, root, values, faults };
  if (isAlias(root)) reader.fault(startOf(root), 'aliases are not understood here', 'write the value out');
  else reader.refuseOddities(root);
  if (faults.length === 0) reader.readGroup(root, []);
  return { document, root, values, faults };
}
