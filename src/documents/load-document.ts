import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DocumentError, type DocumentFault } from '../domain/errors.ts';
import type { PlanDocument, StepSpec } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { buildDocument } from './build-document.ts';
import { checkInputs } from './check-inputs.ts';
import { checkPlan } from './check-plan.ts';
import { checkSecretNames } from './check-secret-names.ts';
import type { Written } from './check-templates.ts';
import { documentSchema, type RawDocument } from './document-schema.ts';
import type { Path } from './document-source.ts';
import { expandMatrices } from './expand-matrix.ts';
import { findIncludes } from './find-includes.ts';
import type { Matrix } from './matrix.ts';
import { readDocumentFile } from './read-document-file.ts';
import { readYaml } from './read-yaml.ts';
import { checkSchema } from './schema-faults.ts';
import { warnOfDocument } from './warn-document.ts';

export interface LoadOptions {
  /** The tools that steps may use. */
  readonly tools: ToolRegistry;
  /** The folder that relative paths start from; files below it are shown relative to it. */
  readonly cwd?: string;
}

export interface LoadedDocument {
  readonly document: PlanDocument;
  /** The texts of all included documents, by their path as shown. */
  readonly included: Readonly<Record<string, string>>;
  /** What is surely not meant, but does no harm: unused inputs and decisions, steps that never run. */
  readonly warnings: readonly DocumentFault[];
}

const MAX_INCLUDE_DEPTH = 16;
const MAX_STEPS = 20_000;
/** Of a document with all that it includes, each time it does. */
const MAX_TOTAL_BYTES = 16 * 1024 * 1024;

/** Reads and checks a plan document with all that it includes. @throws DocumentError with every fault */
export async function loadDocument(file: string, options: LoadOptions): Promise<LoadedDocument> {
  const cwd = options.cwd ?? process.cwd();
  const path = resolve(cwd, file);
  const shown = showPath(path, cwd);
  const read = await readDocumentFile(path, shown);
  if (read.kind === 'text') return await new DocumentLoader(options.tools).load({ ...read, path, shown });
  const code = read.kind === 'missing' ? 'document_not_found' : 'document_unreadable';
  const hint = read.hint === null ? {} : { hint: read.hint };
  throw new DocumentError(code, read.message, [], { ...hint, nextSteps: ['ls *.plan.yaml'] });
}

/** Checks the text of a plan document; `file` says where it stands, for messages and includes. @throws DocumentError */
export async function parseDocument(
  text: string,
  file: string,
  options: LoadOptions,
): Promise<LoadedDocument> {
  const cwd = options.cwd ?? process.cwd();
  const path = resolve(cwd, file);
  const bytes = Buffer.byteLength(text);
  return await new DocumentLoader(options.tools).load({
    text,
    bytes,
    path,
    realPath: path,
    shown: showPath(path, cwd),
  });
}

/** How a fault is printed: `release.plan.yaml:3:7 unknown key stepps`. */
export function formatFault({ file, line, column, message }: DocumentFault): string {
  return `${file}:${line}:${column} ${message}`;
}

function showPath(path: string, cwd: string): string {
  const inside = relative(cwd, path) || '.';
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside;
}

interface OpenFile {
  readonly text: string;
  readonly bytes: number;
  readonly path: string;
  /** Tells files apart, whatever links lead to them. */
  readonly realPath: string;
  readonly shown: string;
}

interface Loaded {
  /** null: it has faults. */
  readonly document: PlanDocument | null;
  /** With all that it includes. */
  readonly steps: number;
  readonly bytes: number;
}

class DocumentLoader {
  readonly #tools: ToolRegistry;
  readonly #faults: DocumentFault[] = [];
  readonly #warnings: DocumentFault[] = [];
  #missing = 0;
  readonly #included: Record<string, string> = {};
  readonly #loaded = new Map<string, Loaded>();

  constructor(tools: ToolRegistry) {
    this.#tools = tools;
  }

  async load(file: OpenFile): Promise<LoadedDocument> {
    const { document } = await this.#loadFile(file, [file]);
    if (document && this.#faults.length === 0) {
      return { document, included: this.#included, warnings: inOrder(this.#warnings, file.shown) };
    }
    const faults = inOrder(this.#faults, file.shown);
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    const code = this.#missing === faults.length ? 'document_not_found' : 'document_invalid';
    throw new DocumentError(code, `${basename(file.shown)} has ${count}`, faults, {
      nextSteps: [`mend it, then: agents plan validate ${file.shown}`],
      warnings: inOrder(this.#warnings, file.shown),
    });
  }

  async #loadFile(file: OpenFile, chain: readonly OpenFile[]): Promise<Loaded> {
    const { source, value } = readYaml(file.text, file.shown, this.#faults);
    const failed: Loaded = { document: null, steps: 0, bytes: 0 };
    if (value === undefined) return failed;
    const raw = checkSchema(documentSchema, value, source);
    if (!raw) return failed;
    const found = findIncludes(raw);
    await this.#tools.prepare([...found.tools]);
    const total = { steps: found.steps, bytes: file.bytes * found.times };
    const children = new Map<string, PlanDocument | null>();
    for (const { uses, path, times } of found.includes) {
      const report = (message: string, hint: string | null): void =>
        source.report([...path, 'uses'], message, hint);
      const child = (await this.#include(uses, file, chain, report)) ?? failed;
      children.set(uses, child.document);
      total.steps += child.steps * times;
      total.bytes += child.bytes * times;
    }
    const before = this.#faults.length;
    if (total.steps > MAX_STEPS || total.bytes > MAX_TOTAL_BYTES) {
      const hint = `at most ${MAX_STEPS} steps and 16 MiB, counted with all that is included`;
      source.report(['steps'] satisfies Path, `this plan is too large: ${total.steps} steps`, hint);
      return failed;
    }
    const document = this.#check(raw, { source, value }, children);
    return { document: this.#faults.length > before ? null : document, ...total };
  }

  #check(
    raw: RawDocument,
    written: Written,
    children: ReadonlyMap<string, PlanDocument | null>,
  ): PlanDocument {
    const { source } = written;
    const tools = this.#tools;
    const before = this.#faults.length;
    const matrices = new Map<StepSpec, Matrix>();
    const included = (uses: string): PlanDocument | null => children.get(uses) ?? null;
    const document = buildDocument(raw, {
      file: source.file,
      at: (path) => source.at(path),
      included,
      matrices,
    });
    checkInputs(document, written);
    const { inputs } = document;
    checkPlan(document, { path: [], inputs, env: new Map(), matrices, matrix: [], tools, written });
    checkSecretNames(document, written);
    warnOfDocument(document, { ...written, source: source.into(this.#warnings), tools, matrices });
    if (this.#faults.length > before) return document;
    return expandMatrices(document, matrices, tools);
  }

  async #include(
    uses: string,
    parent: OpenFile,
    chain: readonly OpenFile[],
    report: (message: string, hint: string | null) => void,
  ): Promise<Loaded | null> {
    const path = resolve(dirname(parent.path), uses);
    const shown = join(dirname(parent.shown), uses);
    const read = await readDocumentFile(path, shown);
    if (read.kind !== 'text') {
      if (read.kind === 'missing') this.#missing += 1;
      report(read.message, read.hint ?? 'paths are relative to the document that names them');
      return null;
    }
    const file: OpenFile = { ...read, path, shown };
    const names = [...chain, file].map((link) => link.shown).join(' -> ');
    if (chain.some((link) => link.realPath === read.realPath)) {
      report('documents include each other in a circle', names);
      return null;
    }
    if (chain.length >= MAX_INCLUDE_DEPTH) {
      report(`documents include each other more than ${MAX_INCLUDE_DEPTH} deep`, names);
      return null;
    }
    const known = this.#loaded.get(read.realPath);
    if (known) return known;
    this.#included[shown] = read.text;
    const loaded = await this.#loadFile(file, [...chain, file]);
    this.#loaded.set(read.realPath, loaded);
    return loaded;
  }
}

/** The main document's faults first, each document's in the order of its lines; what an alias repeats only once. */
function inOrder(faults: readonly DocumentFault[], main: string): readonly DocumentFault[] {
  const files = [main, ...new Set(faults.map((fault) => fault.file))];
  const unique = new Map(faults.map((fault) => [`${formatFault(fault)}\n${fault.hint ?? ''}`, fault]));
  return [...unique.values()].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
