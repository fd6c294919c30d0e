import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES_IN_ONE = 100;
const BYTES = 2048;

/** Where one run of the bench keeps its things; nothing else is touched. Gone with `remove`. */
export class BenchFolders {
  readonly root: string;
  readonly #filled = new Map<number, string>();
  #count = 0;

  constructor(root: string) {
    this.root = root;
  }

  /** An empty folder for one use. */
  fresh(name: string): string {
    this.#count += 1;
    const folder = join(this.root, `${name}-${this.#count}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** A folder of so many files of 2 KB, 100 in each of its folders. Made once a run: whoever changes it, changes it for all. */
  filled(files: number): string {
    const known = this.#filled.get(files);
    if (known !== undefined) return known;
    const folder = this.fresh(`files-${files}`);
    for (let n = 0; n < files; n += 1) {
      const path = join(folder, filledPath(n));
      if (n % FILES_IN_ONE === 0) mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, contentOf(n));
    }
    this.#filled.set(files, folder);
    return folder;
  }

  /** The environment of a program whose home is a folder of its own. */
  env(home: string): Readonly<Record<string, string | undefined>> {
    const { PATH } = process.env;
    return { PATH, HOME: this.root, AGENTS_HOME: home, AGENTS_CONFIG_HOME: this.root, LANG: 'C.UTF-8' };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Where the nth file of a filled folder stands in it. */
export function filledPath(n: number): string {
  const folder = Math.floor(n / FILES_IN_ONE);
  return join(`part-${Math.floor(folder / FILES_IN_ONE)}`, `folder-${folder}`, `file-${n}.txt`);
}

/** Text that differs from file to file and compresses about as well as source code does. */
export function contentOf(n: number, round = 0): string {
  let text = `file ${n}, round ${round}\n`;
  for (let line = 0; text.length < BYTES; line += 1) {
    text += `  const value${line} = compute(${(n * 7919 + line * 104_729 + round) % 1_000_003}, 'name ${n % 97}');\n`;
  }
  return text.slice(0, BYTES);
}
