import { Lexer, Parser, type Expr } from '@actions/expressions';
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast';
import type { FunctionInfo } from '@actions/expressions/funcs/info';
import { TokenType, type Pos, type Token } from '@actions/expressions/lexer';
import { suggest } from './suggest.ts';

/** What expressions can name. */
export const CONTEXTS = [
  'inputs',
  'env',
  'steps',
  'decisions',
  'matrix',
  'subplans',
  'context',
  'plan',
] as const;
export type ContextName = (typeof CONTEXTS)[number];

export const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'] as const;
export type StatusFunction = (typeof STATUS_FUNCTIONS)[number];

const FUNCTIONS = [
  'case',
  'contains',
  'startsWith',
  'endsWith',
  'format',
  'join',
  'toJSON',
  'fromJSON',
] as const;

const STATUS_INFO: FunctionInfo[] = STATUS_FUNCTIONS.map((name) => ({ name, minArgs: 0, maxArgs: 0 }));

/** Why an expression can't be read; `offset` is the place in its text, `part` what stands there. */
export class ExpressionFault extends Error {
  readonly offset: number;
  readonly part: string;
  readonly hint: string | null;

  constructor(message: string, offset: number, part: string, hint: string | null = null) {
    super(message);
    this.name = 'ExpressionFault';
    this.offset = offset;
    this.part = part;
    this.hint = hint;
  }
}

/** One use of a context: `steps.log.outputs` is steps, with the keys log and outputs. */
export interface Reference {
  readonly context: ContextName;
  /** Keys that stand in the text; the list ends where one is computed. */
  readonly keys: readonly string[];
  /** Where each key begins; the context itself comes first. */
  readonly offsets: readonly number[];
}

export interface ParsedExpression {
  readonly expr: Expr;
  readonly references: readonly Reference[];
  /** Status functions that it calls, in small letters. */
  readonly statusCalls: readonly StatusFunction[];
}

/** Parses the inside of a `${{ }}`. @throws ExpressionFault */
function parseExpression(text: string): ParsedExpression {
  const tokens = lex(text);
  const offsets = locate(tokens, text);
  const offsetOf = (token: Token): number => offsets.get(token.range.start) ?? 0;
  if (tokens.length === 1)
    throw new ExpressionFault('there is no expression here', 0, '', 'such as inputs.version');
  const expr = parse(tokens, offsetOf);
  const found: Found = { references: [], statusCalls: [], offsetOf };
  collect(expr, found);
  return { expr, references: found.references, statusCalls: found.statusCalls };
}

/** Parses, and gives the fault instead of throwing it. */
export function tryParse(text: string): ParsedExpression | ExpressionFault {
  try {
    return parseExpression(text);
  } catch (thrown) {
    if (thrown instanceof ExpressionFault) return thrown;
    throw thrown;
  }
}

function lex(text: string): Token[] {
  try {
    const { tokens } = new Lexer(text).lex();
    // The library undoubles only the first quote of a text.
    return tokens.map((token) =>
      token.type === TokenType.STRING
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    );
  } catch (thrown) {
    const { message } = thrown as Error;
    const match = /^Unexpected symbol: '([^]*)'\. Located at position (\d+) within/.exec(message);
    if (!match) throw new ExpressionFault('the expression is too long', 0, '', 'at most 21,000 characters');
    const symbol = match[1] as string;
    const hint = symbol.startsWith("'")
      ? "a text ends with a '"
      : `texts stand in single quotes: 'like this'`;
    throw new ExpressionFault(`unexpected ${symbol}`, Number(match[2]) - 1, symbol, hint);
  }
}

/** Tokens know lines and columns, wrongly behind a text of several lines; they stand in order, so they can be found. */
function locate(tokens: readonly Token[], text: string): ReadonlyMap<Pos, number> {
  const offsets = new Map<Pos, number>();
  let from = 0;
  for (const token of tokens) {
    const offset = text.indexOf(token.lexeme, from);
    offsets.set(token.range.start, offset);
    from = offset + token.lexeme.length;
  }
  return offsets;
}

function parse(tokens: Token[], offsetOf: (token: Token) => number): Expr {
  try {
    return new Parser(tokens, [...CONTEXTS], STATUS_INFO).parse();
  } catch (thrown) {
    const { message, pos } = thrown as Error & { readonly pos: Pos };
    const token = tokens.find(({ range }) => range.start === pos) as Token;
    throw inOurWords(message, token, offsetOf(token));
  }
}

function inOurWords(message: string, token: Token, offset: number): ExpressionFault {
  const name = token.lexeme;
  if (message.startsWith('Unrecognized named-value')) {
    const hint = `${suggest(name, CONTEXTS)}; a text stands in single quotes`;
    return new ExpressionFault(`unknown name ${name}`, offset, name, hint);
  }
  if (message.startsWith('Unrecognized function')) return unknownFunction(name, offset);
  if (name === '') return new ExpressionFault('the expression ends too early', offset, '');
  const [what] = message.split(': ', 1);
  return new ExpressionFault(`${what?.toLowerCase()} at ${name}`, offset, name);
}

function unknownFunction(name: string, offset: number): ExpressionFault {
  const hint = suggest(name, [...STATUS_FUNCTIONS, ...FUNCTIONS]);
  return new ExpressionFault(`unknown function ${name}`, offset, name, hint);
}

interface Found {
  readonly references: Reference[];
  readonly statusCalls: StatusFunction[];
  readonly offsetOf: (token: Token) => number;
}

/** Walks an expression. The parser bounds its depth. */
function collect(expr: Expr, found: Found): void {
  if (expr instanceof ContextAccess || expr instanceof IndexAccess) collectReference(expr, found);
  else if (expr instanceof FunctionCall) collectCall(expr, found);
  else if (expr instanceof Grouping) collect(expr.group, found);
  else if (expr instanceof Unary) collect(expr.expr, found);
  else if (expr instanceof Logical) for (const arg of expr.args) collect(arg, found);
  if (expr instanceof Binary) for (const side of [expr.left, expr.right]) collect(side, found);
}

function collectCall({ functionName, args }: FunctionCall, found: Found): void {
  const name = functionName.lexeme.toLowerCase();
  const status = STATUS_FUNCTIONS.find((known) => known === name);
  if (status) found.statusCalls.push(status);
  // The library also takes what every object has (`constructor`) for a function.
  else if (!FUNCTIONS.some((known) => known.toLowerCase() === name)) {
    throw unknownFunction(functionName.lexeme, found.offsetOf(functionName));
  }
  for (const arg of args) collect(arg, found);
}

function collectReference(access: ContextAccess | IndexAccess, found: Found): void {
  const keys: { readonly key: string | null; readonly offset: number }[] = [];
  let inner: Expr = access;
  while (inner instanceof IndexAccess) {
    const { index } = inner;
    const isName =
      index instanceof Literal &&
      (index.token.type === TokenType.IDENTIFIER || index.token.type === TokenType.STRING);
    keys.unshift(
      isName
        ? { key: index.literal.coerceString(), offset: found.offsetOf(index.token) }
        : { key: null, offset: 0 },
    );
    if (!isName) collect(index, found);
    inner = inner.expr;
  }
  if (!(inner instanceof ContextAccess)) return collect(inner, found);
  const computed = keys.findIndex(({ key }) => key === null);
  const known = computed === -1 ? keys : keys.slice(0, computed);
  found.references.push({
    context: inner.name.lexeme.toLowerCase() as ContextName,
    keys: known.map(({ key }) => key as string),
    offsets: [found.offsetOf(inner.name), ...known.map(({ offset }) => offset)],
  });
}
