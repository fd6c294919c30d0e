import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DocumentError } from '../domain/errors.ts';
import type { HomeDocument } from '../ports/home-source.ts';
import type { ToolRegistry } from '../ports/tool.ts';

/** Where people keep documents, seen from the current folder. */
const FOLDERS = ['', '.agents/plans', 'examples'] as const;
const ENDING = '.plan.yaml';

export interface DocumentPlace {
  readonly tools: () => Promise<ToolRegistry>;
  /** Where paths start from. */
  readonly cwd: string;
}

interface StampedFile {
  readonly file: string;
  /** Another one when the file has been saved. */
  readonly stamp: string;
}

const stampsOf = (files: readonly StampedFile[]): string =>
  files.map(({ file, stamp }) => `${file} ${stamp}`).join('\n');

/** The documents of a folder. One that has not changed is not read again. */
export class HomeDocuments {
  readonly #place: DocumentPlace;
  readonly #known = new Map<string, { readonly stamp: string; readonly document: HomeDocument }>();
  #listed = '';

  constructor(place: DocumentPlace) {
    this.#place = place;
  }

  async list(): Promise<readonly HomeDocument[]> {
    const files = await this.#files();
    this.#listed = stampsOf(files);
    return await Promise.all(files.map(({ file, stamp }) => this.#describe(file, stamp)));
  }

  /** Whether a document has come, gone or been saved since they were listed. */
  async haveChanged(): Promise<boolean> {
    return stampsOf(await this.#files()) !== this.#listed;
  }

  async #files(): Promise<readonly StampedFile[]> {
    const found = await Promise.all(FOLDERS.map((folder) => this.#filesIn(folder)));
    return await Promise.all(
      found.flat().map(async (file) => ({ file, stamp: await stampOf(join(this.#place.cwd, file)) })),
    );
  }

  async #filesIn(folder: string): Promise<readonly string[]> {
    try {
      const names = await readdir(join(this.#place.cwd, folder));
      return names
        .filter((name) => name.endsWith(ENDING))
        .toSorted()
        .map((name) => join(folder, name));
    } catch (thrown) {
      // Most projects haven't got all of these folders, and one that can't be read has nothing to show.
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((thrown as NodeJS.ErrnoException).code as string))
        return [];
      throw thrown;
    }
  }

  async #describe(file: string, stamp: string): Promise<HomeDocument> {
    const known = this.#known.get(file);
    if (known?.stamp === stamp) return known.document;
    const document = await describeDocument(file, this.#place);
    // What is wrong may be in another file that it includes.
    if (document.fault === null) this.#known.set(file, { stamp, document });
    return document;
  }
}

/** '' for one that has gone meanwhile. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs} ${size}`;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

async function describeDocument(file: string, place: DocumentPlace): Promise<HomeDocument> {
  const { loadDocument } = await import('../documents/load-document.ts');
  try {
    const { document } = await loadDocument(file, { tools: await place.tools(), cwd: place.cwd });
    return { file, name: document.name, goal: document.goal, fault: null };
  } catch (thrown) {
    if (!(thrown instanceof DocumentError)) throw thrown;
    const [first] = thrown.faults;
    const fault = first
      ? `${first.file}:${first.line}:${first.column}  ${first.message}`
      : `${file}: ${thrown.message}`;
    return { file, name: basename(file, ENDING), goal: null, fault };
  }
}
