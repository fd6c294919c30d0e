import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  type BigIntStats,
  type Stats,
} from 'node:fs';
import type { FileState } from '../../src/domain/file-state.ts';
import { folderOf, joinPath, rawPathOf, type RawPath } from '../../src/domain/raw-path.ts';

/** One thing that somebody does to a folder. What can't be done is left. */
export type Stroke =
  | { readonly do: 'file'; readonly path: RawPath; readonly content: string; readonly mode: number }
  | { readonly do: 'folder'; readonly path: RawPath; readonly mode: number }
  | { readonly do: 'link'; readonly path: RawPath; readonly target: RawPath }
  | { readonly do: 'remove'; readonly path: RawPath }
  | { readonly do: 'move'; readonly path: RawPath; readonly to: RawPath }
  | { readonly do: 'mode'; readonly path: RawPath; readonly mode: number }
  /** What stands there goes, and a thing of another type comes, with things in it if it is a folder. */
  | { readonly do: 'swap'; readonly path: RawPath; readonly into: 'file' | 'folder' | 'link' }
  /** As git changes a branch: many files at once. */
  | { readonly do: 'checkout'; readonly version: string }
  /** As `git clean -fdx`, of every so many paths of the top. */
  | { readonly do: 'clean'; readonly every: number }
  /** A repository whose HEAD moves. */
  | { readonly do: 'commit'; readonly path: RawPath; readonly content: string };

/** One path as it stands, with what must not move where nothing changes. */
export interface Sight {
  readonly state: FileState;
  readonly inode: bigint;
  readonly mtimeNs: bigint;
}
export type Sights = ReadonlyMap<RawPath, Sight>;

export class StoryFolder {
  readonly root: RawPath;

  /** @param folder absolute path */
  constructor(folder: string) {
    this.root = rawPathOf(folder);
  }

  take(stroke: Stroke): void {
    try {
      this.#take(stroke);
    } catch (error) {
      if (!/^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }

  /** Everything below, hashed anew: nothing of the program's own is asked. */
  look(): Sights {
    const seen = new Map<RawPath, Sight>();
    this.#lookIn('', seen);
    return seen;
  }

  #take(stroke: Stroke): void {
    if (stroke.do === 'checkout') return this.#checkout(stroke.version);
    if (stroke.do === 'clean') return this.#clean(stroke.every);
    const { path } = stroke;
    if (stroke.do === 'commit') return this.#commit(joinPath(path, '.git'), stroke.content);
    this.#makeParents(folderOf(path));
    if (stroke.do === 'file') this.#write(path, stroke.content, stroke.mode);
    else if (stroke.do === 'folder') this.#makeFolder(path, stroke.mode);
    else if (stroke.do === 'link') symlinkSync(bytes(stroke.target), this.#at(path));
    else if (stroke.do === 'remove') rmSync(this.#at(path), { recursive: true });
    else if (stroke.do === 'move') this.#move(path, stroke.to);
    else if (stroke.do === 'mode') this.#setMode(path, stroke.mode);
    else this.#swap(path, stroke.into);
  }

  #swap(path: RawPath, into: 'file' | 'folder' | 'link'): void {
    rmSync(this.#at(path), { recursive: true, force: true });
    if (into === 'link') symlinkSync('../outside', this.#at(path));
    else if (into === 'file') this.#write(path, `swapped ${path}`, 0o644);
    else {
      this.#makeFolder(path, 0o755);
      this.#write(joinPath(path, 'a'), 'in a folder now', 0o600);
      symlinkSync('a', this.#at(joinPath(path, 'b')));
    }
  }

  #checkout(version: string): void {
    for (const [path, { state }] of this.look()) {
      if (isInGit(path)) continue;
      if (state.type === 'file') this.#write(path, `${version} of ${path}`, state.mode);
    }
    const only = joinPath('', `only ${version}`);
    this.#write(only, version, 0o644);
  }

  #clean(every: number): void {
    const names = readdirSync(this.#at(''), 'latin1').sort();
    names.forEach((name, index) => {
      if (name !== '.git' && index % every === 0) rmSync(this.#at(name), { recursive: true });
    });
  }

  #commit(git: RawPath, content: string): void {
    this.#makeParents(joinPath(git, 'refs/heads'));
    this.#write(joinPath(git, 'HEAD'), 'ref: refs/heads/main\n', 0o644);
    const hash = createHash('sha1').update(content).digest('hex');
    this.#write(joinPath(git, 'refs/heads/main'), `${hash}\n`, 0o644);
  }

  #move(path: RawPath, to: RawPath): void {
    this.#makeParents(folderOf(to));
    renameSync(this.#at(path), this.#at(to));
  }

  #setMode(path: RawPath, mode: number): void {
    const stat = this.#stat(path);
    // Through a link it would be another's.
    if (stat === null || stat.isSymbolicLink()) return;
    chmodSync(this.#at(path), stat.isDirectory() ? mode | 0o500 : mode);
  }

  #makeFolder(path: RawPath, mode: number): void {
    mkdirSync(this.#at(path));
    chmodSync(this.#at(path), mode);
  }

  #write(path: RawPath, content: string, mode: number): void {
    if (this.#stat(path)?.isSymbolicLink() === true) return;
    writeFileSync(this.#at(path), content);
    chmodSync(this.#at(path), mode);
  }

  /** @throws EEXIST where something that is no folder stands in the way: nothing is done through a link */
  #makeParents(folder: RawPath): void {
    if (folder === '') return;
    this.#makeParents(folderOf(folder));
    if (this.#stat(folder)?.isDirectory() !== true) mkdirSync(this.#at(folder));
  }

  #lookIn(folder: RawPath, seen: Map<RawPath, Sight>): void {
    for (const name of readdirSync(this.#at(folder), 'latin1').sort()) {
      const path = joinPath(folder, name);
      const stat = lstatSync(this.#at(path), { bigint: true });
      seen.set(path, { state: this.#stateOf(path, stat), inode: stat.ino, mtimeNs: stat.mtimeNs });
      if (stat.isDirectory()) this.#lookIn(path, seen);
    }
  }

  #stateOf(path: RawPath, stat: BigIntStats): FileState {
    const mode = Number(stat.mode & 0o7777n);
    if (stat.isDirectory()) return { type: 'directory', mode };
    if (stat.isSymbolicLink()) return { type: 'symlink', target: readlinkSync(this.#at(path), 'latin1') };
    const content = readFileSync(this.#at(path));
    const hash = createHash('sha256').update(content).digest('hex');
    return { type: 'file', mode, size: content.byteLength, hash };
  }

  #stat(path: RawPath): Stats | null {
    return (lstatSync(this.#at(path), { throwIfNoEntry: false }) as Stats | undefined) ?? null;
  }

  #at(path: RawPath): Buffer {
    return bytes(joinPath(this.root, path));
  }
}

export function isInGit(path: RawPath): boolean {
  return path.split('/').includes('.git');
}

/** Removes a folder whatever modes stand in it. */
export function removeAll(folder: string): void {
  const open = (path: Buffer): void => {
    chmodSync(path, 0o700);
    for (const entry of readdirSync(path, { encoding: 'buffer', withFileTypes: true })) {
      if (entry.isDirectory()) open(Buffer.concat([path, Buffer.from('/'), entry.name]));
    }
  };
  open(Buffer.from(folder));
  rmSync(folder, { recursive: true });
}

function bytes(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1');
}
