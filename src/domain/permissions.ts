import type { JsonObject } from './json.ts';

/** What may be called without a word, after one, or not at all; texts as in `core.permissions`. */
export interface PermissionRules {
  readonly ask: readonly string[];
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export interface Permission {
  readonly kind: 'allow' | 'ask' | 'deny';
  /** The rule that says so; null: none does. */
  readonly rule: string | null;
}

/** `TOOL` or `TOOL(ARGUMENT)`; `*` stands for any text in either. */
const RULE = /^([A-Za-z*][A-Za-z0-9_.*-]*)(?:\((.*)\))?$/s;

export function isPermissionRule(text: string): boolean {
  return RULE.test(text);
}

/**
 * What a call is about: its path, command or address, else its first argument that is a text; '' if it has none, or is so long that
 * the journal keeps it elsewhere.
 */
export function subjectOf(input: JsonObject): string {
  if ('ref' in input && 'media' in input) return '';
  const named = input['path'] ?? input['command'] ?? input['url'];
  const subject = named ?? Object.values(input).find((value) => typeof value === 'string');
  return typeof subject === 'string' ? subject : '';
}

/**
 * What the rules say of a call: deny before allow before ask, so that `ask: ["*"]` with some things allowed asks for the rest. What
 * no rule names is allowed.
 * @param subject what the call is about: a path, a command, an address; '' if nothing
 */
export function permissionFor(rules: PermissionRules, tool: string, subject: string): Permission {
  for (const kind of ['deny', 'allow', 'ask'] as const) {
    const rule = rules[kind].find((text) => fits(text, tool, subject));
    if (rule !== undefined) return { kind, rule };
  }
  return { kind: 'allow', rule: null };
}

function fits(rule: string, tool: string, subject: string): boolean {
  const [, name = '', argument] = RULE.exec(rule) ?? [];
  return fitsPattern(name, tool) && (argument === undefined || fitsPattern(argument, subject));
}

/** True if one of the patterns says a text. */
export const fitsAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => fitsPattern(pattern, text));

/**
 * True if a text is what a pattern says, in which `*` stands for any text. Each text between two `*` is looked for after the one
 * before: no pattern takes long, whatever the text.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
