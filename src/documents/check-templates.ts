import type { Json } from '../domain/json.ts';
import type { InputSpec } from '../domain/plan-document.ts';
import { MARK } from './build-document.ts';
import type { DocumentSource, Path } from './document-source.ts';
import { referencesIn } from './expression-references.ts';
import {
  ExpressionFault,
  tryParse,
  type ContextName,
  type ParsedExpression,
  type Reference,
} from './expression-syntax.ts';
import { conditionOf, hasExpression, splitTemplate } from './expression-text.ts';
import { valueAt } from './schema-faults.ts';
import { suggest } from './suggest.ts';

/** What the expressions at one place of a document may name. */
export interface Sight {
  readonly contexts: readonly ContextName[];
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Variables by name; true if a secret is in it. */
  readonly env: ReadonlyMap<string, boolean>;
  /** What `matrix.<name>` can be here; none outside of a step with a matrix. */
  readonly matrix: readonly string[];
  /** The id of each step, with why it can't be named here (null: it can). */
  readonly stepFault: (id: string, context: 'steps' | 'decisions') => Omit<ReferenceFault, 'key'> | null;
  readonly allowsSecrets: boolean;
  /** `success()` and the like. */
  readonly allowsStatus: boolean;
}

/** A document's source with its value as written. */
export interface Written {
  readonly source: DocumentSource;
  readonly value: unknown;
}

/** The properties that the values of a context have; a list of keys is told when another one is named. */
const PROPERTIES: Partial<Record<ContextName, readonly string[]>> = {
  steps: ['outputs', 'status', 'outcome'],
  decisions: ['chosen', 'rationale', 'by'],
  plan: ['id', 'name', 'workspace'],
};

/** Checks every expression in a value. */
export function checkTemplates(template: Json, path: Path, sight: Sight, written: Written): void {
  if (typeof template === 'string') {
    if (hasExpression(template)) new TemplateCheck(template, path, sight, written).run();
    return;
  }
  if (template === null || typeof template !== 'object') return;
  for (const [key, item] of Object.entries(template)) {
    checkTemplates(item as Json, [...path, Array.isArray(template) ? Number(key) : key], sight, written);
  }
}

/** Checks a condition: one expression, nothing around it. */
export function checkCondition(condition: string, path: Path, sight: Sight, written: Written): void {
  if (conditionOf(condition)) return checkTemplates(condition, path, sight, written);
  written.source.report(path, 'this must be one expression', 'such as inputs.level == 2 && success()');
}

/** Texts that are taken as they are. */
export function checkPlain(value: Json | undefined, path: Path, written: Written): void {
  if (typeof value === 'string' && hasExpression(value)) {
    written.source.reportInText(
      path,
      value.indexOf('${{'),
      '${{',
      'an expression is not evaluated here',
      'this text is taken as it is',
    );
  }
}

/** True if a secret input can get into what a template gives. Expressions with faults are told of elsewhere. */
export function holdsSecret(template: string, { inputs, env }: Pick<Sight, 'inputs' | 'env'>): boolean {
  const secretInputs = Object.keys(inputs).filter((name) => inputs[name]?.secret);
  const secretEnv = [...env].filter(([, isSecret]) => isSecret).map(([name]) => name);
  return referencesIn(template).some(({ context, keys: [name] }) => {
    const secrets = context === 'inputs' ? secretInputs : context === 'env' ? secretEnv : [];
    return name === undefined ? secrets.length > 0 : secrets.includes(name);
  });
}

interface ReferenceFault {
  /** The key concerned; -1 for the context itself. */
  readonly key: number;
  readonly message: string;
  readonly hint: string | null;
}

class TemplateCheck {
  readonly #template: string;
  readonly #path: Path;
  readonly #sight: Sight;
  readonly #written: Written;
  /** Characters that stand before the text as written: marks that were left out. */
  readonly #shift: number;

  constructor(template: string, path: Path, sight: Sight, written: Written) {
    this.#template = template;
    this.#path = path;
    this.#sight = sight;
    this.#written = written;
    this.#shift = hasExpression(String(valueAt(written.value, path))) ? 0 : MARK.length;
  }

  run(): void {
    for (const piece of splitTemplate(this.#template)) {
      if (piece.kind === 'unclosed')
        this.#report(piece.offset, '${{', 'this ${{ has no end', 'write }} behind the expression');
      else if (piece.kind === 'expression') this.#checkExpression(piece.text, piece.offset);
    }
  }

  #checkExpression(text: string, offset: number): void {
    const parsed = this.#parse(text, offset);
    if (!parsed) return;
    if (parsed.statusCalls.length > 0 && !this.#sight.allowsStatus) {
      const spaces = text.length - text.trimStart().length;
      this.#report(offset + spaces, text.trim(), `${parsed.statusCalls[0]}() can only be used in if`, null);
    }
    for (const reference of parsed.references) this.#checkReference(reference, offset);
  }

  #parse(text: string, offset: number): ParsedExpression | null {
    const parsed = tryParse(text);
    if (!(parsed instanceof ExpressionFault)) return parsed;
    // What is missing has no text of its own: the whole expression is pointed at.
    const [at, part] = parsed.part === '' ? [-3, `\${{${text}`] : [parsed.offset, parsed.part];
    this.#report(offset + at, part, parsed.message, parsed.hint);
    return null;
  }

  #checkReference(reference: Reference, offset: number): void {
    const { context, keys, offsets } = reference;
    const fault = this.#faultOf(reference);
    if (!fault) return;
    const index = fault.key + 1;
    const part = index === 0 ? context : (keys[fault.key] as string);
    this.#report(offset + (offsets[index] as number), part, fault.message, fault.hint);
  }

  #faultOf({ context, keys }: Reference): ReferenceFault | null {
    const sight = this.#sight;
    if (context === 'subplans') {
      return {
        key: -1,
        message: 'subplans cannot be named',
        hint: 'steps.<step>.outputs.plans.<name>.outputs holds what a subplan gave',
      };
    }
    if (context === 'matrix') return matrixFault(keys[0], sight);
    if (!sight.contexts.includes(context)) {
      return {
        key: -1,
        message: `${context} cannot be used here`,
        hint: `here only: ${sight.contexts.join(', ')}`,
      };
    }
    const [name] = keys;
    if (context === 'steps' || context === 'decisions') {
      if (name === undefined)
        return { key: -1, message: `${context} needs the id of a step`, hint: `${context}.<id>` };
      const fault = sight.stepFault(name, context);
      return fault ? { key: 0, ...fault } : propertyFault(context, keys, 1);
    }
    if (context === 'inputs') return inputFault(name, sight);
    if (context === 'env') return variableFault(name, sight);
    return propertyFault(context, keys, 0);
  }

  #report(offset: number, part: string, message: string, hint: string | null): void {
    this.#written.source.reportInText(this.#path, Math.max(0, offset - this.#shift), part, message, hint);
  }
}

function propertyFault(context: ContextName, keys: readonly string[], key: number): ReferenceFault | null {
  const known = PROPERTIES[context];
  const name = keys[key];
  if (!known || name === undefined || known.includes(name)) return null;
  const place = [context, ...keys.slice(0, key)].join('.');
  return { key, message: `${place} has no ${name}`, hint: suggest(name, known) };
}

function matrixFault(name: string | undefined, { matrix }: Sight): ReferenceFault | null {
  if (matrix.length === 0) {
    const hint = 'only inside a step with strategy: { matrix: ... }, not in its if';
    return { key: -1, message: 'matrix cannot be used here', hint };
  }
  if (name === undefined) return { key: -1, message: 'matrix needs a name', hint: `matrix.${matrix[0]}` };
  if (matrix.includes(name)) return null;
  return { key: 0, message: `the matrix has no ${name}`, hint: suggest(name, matrix) };
}

const SECRET_HINT = 'a secret reaches only the env of a step: env: { TOKEN: "${{ inputs.NAME }}" }';

function inputFault(name: string | undefined, { inputs, allowsSecrets }: Sight): ReferenceFault | null {
  if (name === undefined) {
    const secret = Object.entries(inputs).find(([, spec]) => spec.secret)?.[0];
    if (secret === undefined || allowsSecrets) return null;
    return { key: -1, message: `this would show the secret ${secret}`, hint: SECRET_HINT };
  }
  const spec = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (!spec) {
    return {
      key: 0,
      message: `there is no input ${name}`,
      hint: suggest(name, Object.keys(inputs), 'declare it below inputs:'),
    };
  }
  if (!spec.secret || allowsSecrets) return null;
  return { key: 0, message: `the secret ${name} cannot be used here`, hint: SECRET_HINT };
}

function variableFault(name: string | undefined, { env, allowsSecrets }: Sight): ReferenceFault | null {
  const hasSecret = name === undefined ? [...env.values()].includes(true) : env.get(name);
  const key = name === undefined ? -1 : 0;
  if (name !== undefined && hasSecret === undefined) {
    return {
      key,
      message: `there is no variable ${name}`,
      hint: suggest(name, [...env.keys()], 'declare it below env:'),
    };
  }
  if (hasSecret !== true || allowsSecrets) return null;
  return { key, message: 'a variable that holds a secret cannot be used here', hint: SECRET_HINT };
}
