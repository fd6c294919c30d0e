import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function sameRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS =
  'const import return function export if else async await new this store path file hash size tree index value error'.split(
    ' ',
  );

/** Text that packs about as sources do. */
export function sourceText(title: string, bytes: number, random: () => number): string {
  let text = `// ${title}\n`;
  while (text.length < bytes) {
    text += WORDS[Math.floor(random() * WORDS.length)];
    if (random() < 0.2) text += `_${Math.floor(random() * 1e6).toString(36)}`;
    text += random() < 0.15 ? ';\n' : ' ';
  }
  return text.slice(0, bytes);
}

const FILE_BYTES = 2048;
const PER_FOLDER = 100;
const PER_LEVEL = 20;

/** A folder of so many files of 2 KB, a hundred in a folder. Returns their paths. */
export function makeFiles(root: string, count: number): readonly string[] {
  const random = sameRandom(count);
  return Array.from({ length: count }, (_, number) => {
    const folder = Math.floor(number / PER_FOLDER);
    const path = join(
      root,
      `area-${Math.floor(folder / PER_LEVEL)}`,
      `part-${folder % PER_LEVEL}`,
      `file-${number}.ts`,
    );
    if (number % PER_FOLDER === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, sourceText(`file ${number}`, FILE_BYTES, random));
    return path;
  });
}

/** One walk: readdir of every folder and lstat of every path. Returns how many. */
export function walk(folder: string): number {
  let count = 0;
  for (const name of readdirSync(folder)) {
    const path = `${folder}/${name}`;
    count += 1;
    if (lstatSync(path, { bigint: true }).isDirectory()) count += walk(path);
  }
  return count;
}

export function readAndHash(paths: readonly string[]): void {
  for (const path of paths) hash('sha256', readFileSync(path));
}

/** Every file written anew, as a careless program would. */
export function writePlainly(paths: readonly string[], content: (index: number) => string): void {
  for (const [index, path] of paths.entries()) writeFileSync(path, content(index));
}

/** Every file written beside its place, flushed and renamed, then their folders flushed: nothing is lost in a power cut. */
export function writeDurably(paths: readonly string[], content: (index: number) => string): void {
  for (const [index, path] of paths.entries()) {
    const file = openSync(`${path}.new`, 'wx');
    writeSync(file, content(index));
    fdatasyncSync(file);
    closeSync(file);
    renameSync(`${path}.new`, path);
  }
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    const file = openSync(folder, 'r');
    fsyncSync(file);
    closeSync(file);
  }
}

/** A repository whose folder and index lie outside of the work tree, as other tools keep their snapshots. */
export class ShadowGit {
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #work: string;

  constructor(folder: string, work: string) {
    this.#folder = folder;
    this.#work = work;
    this.#env = {
      ...process.env,
      GIT_DIR: join(folder, 'git'),
      GIT_WORK_TREE: work,
      GIT_INDEX_FILE: join(folder, 'index'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
  }

  /** Forgets all, so that the next `snapshot` is the first one. */
  reset(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    this.#git('init', '-q');
  }

  snapshot(): void {
    this.#git('add', '-A');
    this.#git('write-tree');
  }

  #git(...args: readonly string[]): void {
    const done = spawnSync('git', args, {
      cwd: this.#work,
      env: this.#env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (done.status !== 0) throw new Error(`git ${args.join(' ')} ended with ${done.status}`);
  }
}
