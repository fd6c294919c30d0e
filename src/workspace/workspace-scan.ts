import { closeSync, fstatSync, type BigIntStats } from 'node:fs';
import type { Exclusion, TreeEntry } from '../domain/file-state.ts';
import { folderOf, isWithin, joinPath, type RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { CaptureRequest } from '../ports/workspace-files.ts';
import { CaptureRules, KeptPaths } from './capture-rules.ts';
import type { ContentReader } from './content-reader.ts';
import type { Dirty, DirtyPaths } from './dirty-paths.ts';
import { absolutePath } from './disk-path.ts';
import { isGone, kindOf, lstatIfReadable, lstatOrNull, modeOf, readLinkTarget, typeOf } from './file-stat.ts';
import { listFolder, type ListedFolder } from './list-folder.ts';
import { GitMeter, GitOverLimit, isOverSize } from './git-size.ts';
import { Omissions } from './omissions.ts';
import { entryIfSame, type KnownFolder, type ScanIndex } from './scan-index.ts';
import { isSameFolder } from './same-folder.ts';
import { encodeTree, hashOfTree, type NamedEntry } from './tree-codec.ts';
import type { WorkWatch } from './work-watch.ts';

/** What a restore lays beside its targets; never part of a tree. */
export const STAGED_PREFIX = '.agents-staged-';

/** So often is looked at what doesn't stand still. */
const TRIES = 3;

export interface ScanParts {
  readonly store: ObjectStore;
  readonly index: ScanIndex;
  readonly reader: ContentReader;
  readonly watch: WorkWatch;
  readonly observer?: ScanObserver;
}

/** Follows a scan, to know afterwards where something may change. */
export interface ScanObserver {
  /** Before a folder's names are read. */
  entering(folder: RawPath): void;
  /** A file that may change unnoticed: `linked`, it has other names; `unsettled`, it was written just before it was read. */
  doubtful(path: RawPath, why: 'linked' | 'unsettled', stat: BigIntStats): void;
}

/** How a folder came to be scanned, for all that is in it. */
interface Within {
  /** A rule has it: only what was captured before stays captured. */
  readonly ruled: boolean;
  /** In a `.git`: no rule has a say, because half a repository is none. */
  readonly git: GitMeter | null;
  /** Something is about to touch all of it. */
  readonly must: boolean;
}

type ScannedFolder = { readonly hash: string } | 'gone' | 'unreadable';

/** 'changed': it is not any more what it was a moment before. */
type Found = TreeEntry | NamedEntry | 'changed';

/** One whole scan of a workspace: each path once, by lstat, without following any link. */
export class WorkspaceScan {
  readonly omissions = new Omissions();
  readonly visited = new Set<RawPath>();
  readonly #parts: ScanParts;
  readonly #request: CaptureRequest;
  readonly #rules: CaptureRules;
  readonly #kept: KeptPaths;
  readonly #must: ReadonlySet<RawPath>;
  /** Contents that this scan has read or found in the store. */
  readonly #present = new Set<string>();
  /** Contents and folders that this scan has put into the store, which had none of them. */
  readonly #new = new Set<string>();
  #device = 0n;

  constructor(request: CaptureRequest, parts: ScanParts) {
    this.#request = request;
    this.#parts = parts;
    this.#rules = new CaptureRules(request.exclude, request.ignore);
    this.#kept = new KeptPaths(parts.store, request.keep);
    this.#must = new Set(request.must);
  }

  /** Whether something was put into the store. */
  get hasStored(): boolean {
    return this.#new.size > 0;
  }

  /** The tree's hash, or what is wrong with the workspace itself. */
  run(): ScannedFolder {
    if (!this.#find()) return 'gone';
    return this.#scanFolder('', { ruled: false, git: null, must: this.#must.has('') });
  }

  /**
   * The same where nothing but these places can be otherwise than at the last scan of this process, made with the same rules.
   * All that was omitted then has to be among them.
   */
  refresh(dirty: DirtyPaths): ScannedFolder {
    if (!this.#find()) return 'gone';
    return this.#refreshFolder('', dirty, { ruled: false, git: null, must: false });
  }

  /** False if there is no workspace. */
  #find(): boolean {
    const root = lstatOrNull(this.#absolute(''));
    this.#device = root?.dev ?? 0n;
    return root !== null && typeOf(root) === 'directory';
  }

  #refreshFolder(path: RawPath, dirty: DirtyPaths, within: Within): ScannedFolder {
    const known = this.#parts.index.folder(path);
    if (known.last === null) return this.#scanFolder(path, within);
    const before = known.last.entries;
    const entries: NamedEntry[] = [];
    let at = 0;
    for (const name of [...dirty.names()].sort()) {
      if (name.startsWith(STAGED_PREFIX)) continue;
      for (; at < before.length && before[at]!.name < name; at += 1) entries.push(before[at]!);
      const old = before[at]?.name === name ? before[at]! : null;
      if (old) at += 1;
      const looksLikeFile = old?.entry.type === 'file';
      const entry =
        this.#refresh(path, old, dirty.at(name), within) ??
        this.#scan(path, name, within, known, looksLikeFile);
      if (entry) entries.push(entry);
      else this.#parts.index.forget(path, name);
      this.#parts.watch.step();
    }
    return { hash: this.#keep(path, entries.concat(before.slice(at)), within, known) };
  }

  /** A folder that is the same, though something below it may not be. null: all of it has to be looked at. */
  #refresh(
    folder: RawPath,
    old: NamedEntry | null,
    places: Dirty | undefined,
    within: Within,
  ): NamedEntry | null {
    if (old?.entry.type !== 'directory' || typeof places !== 'object') return null;
    const path = joinPath(folder, old.name);
    const stat = lstatIfReadable(this.#absolute(path));
    if (stat === null || typeOf(stat) !== 'directory' || modeOf(stat) !== old.entry.mode) return null;
    const isGit = old.name === '.git' && within.git === null;
    // What a .git holds is counted when all of it is known.
    const git = isGit ? new GitMeter(Number.POSITIVE_INFINITY) : within.git;
    const ruled = git === null && (within.ruled || this.#rules.leavesOut(path, old.name, true));
    const found = this.#refreshFolder(path, places, { ruled, git, must: false });
    if (typeof found === 'string') return null;
    if (isGit && this.#parts.index.bytesBelow(path) > this.#request.limits.git) return null;
    return found.hash === old.entry.hash
      ? old
      : { name: old.name, entry: { ...old.entry, hash: found.hash } };
  }

  #scanFolder(path: RawPath, within: Within): ScannedFolder {
    let listed: ListedFolder;
    this.#parts.observer?.entering(path);
    try {
      listed = listFolder(this.#absolute(path), !this.#parts.index.has(path));
    } catch (error) {
      return isGone(error) ? 'gone' : 'unreadable';
    }
    this.visited.add(path);
    const { names, files } = listed;
    const known = this.#parts.index.folder(path);
    const entries: NamedEntry[] = [];
    for (const name of names) {
      if (name.startsWith(STAGED_PREFIX)) continue;
      const entry = this.#scan(path, name, within, known, files.has(name));
      if (entry) entries.push(entry);
      this.#parts.watch.step();
    }
    this.#parts.index.keepOnly(path, names);
    return { hash: this.#keep(path, entries, within, known) };
  }

  /** The folder's hash, with the folder in the store. */
  #keep(path: RawPath, entries: readonly NamedEntry[], within: Within, known: KnownFolder): string {
    const { store } = this.#parts;
    const before = known.last && store.hasTree(known.last.hash) ? known.last : null;
    if (before && isSameFolder(before.entries, entries)) return before.hash;
    const encoded = encodeTree(entries);
    const hash = hashOfTree(encoded);
    // A stored folder has all that it refers to in the store: one with something new in it needn't be looked for.
    if (!this.#hasNew(entries) && store.hasTree(hash)) {
      known.last = { entries, hash };
      return hash;
    }
    const missing = this.#missing(entries, before?.entries ?? []);
    const whole = missing.size === 0 ? entries : this.#readAgain(path, entries, missing, within, known);
    const bytes = whole === entries ? encoded : encodeTree(whole);
    known.last = { entries: whole, hash: whole === entries ? hash : hashOfTree(bytes) };
    store.putTree(known.last.hash, bytes);
    this.#new.add(known.last.hash);
    return known.last.hash;
  }

  #hasNew(entries: readonly NamedEntry[]): boolean {
    return entries.some(({ entry }) => 'hash' in entry && this.#new.has(entry.hash));
  }

  /** What the index knows and the store hasn't got. @param stored entries of a folder that is stored, and so all that they refer to */
  #missing(entries: readonly NamedEntry[], stored: readonly NamedEntry[]): ReadonlySet<NamedEntry> {
    const missing = new Set<NamedEntry>();
    let at = 0;
    for (const named of entries) {
      // Both in the order of their names.
      while (at < stored.length && stored[at]!.name < named.name) at += 1;
      if (stored[at] === named) continue;
      const { entry } = named;
      if (entry.type !== 'file' || this.#present.has(entry.hash)) continue;
      if (!this.#parts.store.hasContent(entry.hash)) missing.add(named);
    }
    return missing;
  }

  #readAgain(
    path: RawPath,
    entries: readonly NamedEntry[],
    missing: ReadonlySet<NamedEntry>,
    within: Within,
    known: KnownFolder,
  ): readonly NamedEntry[] {
    return entries.flatMap((named) => {
      if (!missing.has(named)) return [named];
      this.#parts.index.forget(path, named.name);
      return this.#scan(path, named.name, within, known) ?? [];
    });
  }

  /** @param looksLikeFile one that isn't known, or not any more what it was: most likely it has to be read */
  #scan(
    folder: RawPath,
    name: RawPath,
    within: Within,
    known: KnownFolder,
    looksLikeFile = false,
  ): NamedEntry | null {
    const path = joinPath(folder, name);
    const found = looksLikeFile ? this.#readAtOnce(path, name, within, known) : 'changed';
    if (found !== 'changed') return 'name' in found ? found : { name, entry: found };
    let was: 'file' | 'directory' | 'other' = 'other';
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      let stat: BigIntStats | null;
      try {
        stat = lstatOrNull(this.#absolute(path));
      } catch {
        return { name, entry: this.#leaveOut(path, 'unreadable', was) };
      }
      if (stat === null) return null;
      was = kindOf(typeOf(stat));
      const found = this.#look(path, name, stat, within, known);
      if (found !== 'changed') return 'name' in found ? found : { name, entry: found };
      this.omissions.forget(path);
    }
    return { name, entry: this.#leaveOut(path, 'changing', was) };
  }

  /** Without a look before. 'changed' also for what is no file, or can't be opened. */
  #readAtOnce(path: RawPath, name: RawPath, within: Within, known: KnownFolder): Found {
    // What a rule leaves out is not opened.
    if (within.git === null && (within.ruled || this.#rules.leavesOut(path, name, false))) return 'changed';
    const file = this.#parts.reader.open(this.#absolute(path));
    if (file === null) return 'changed';
    try {
      const stat = fstatSync(file, { bigint: true });
      if (typeOf(stat) !== 'file') return 'changed';
      const must = within.must || this.#must.has(path);
      return this.#file(path, stat, { ...within, must }, known, file);
    } finally {
      closeSync(file);
    }
  }

  #look(path: RawPath, name: RawPath, stat: BigIntStats, within: Within, known: KnownFolder): Found {
    const type = typeOf(stat);
    const ruled =
      within.git === null && (within.ruled || this.#rules.leavesOut(path, name, type === 'directory'));
    if (ruled && !this.#kept.has(path)) return this.#leaveOut(path, 'rule', kindOf(type));
    const here = { ...within, ruled, must: within.must || this.#must.has(path) };
    if (type === 'file') return this.#file(path, stat, here, known);
    if (type === 'directory') return this.#folder(path, name, stat, here);
    return type === 'symlink' ? this.#link(path) : { type: 'special', mode: modeOf(stat), kind: type };
  }

  #file(
    path: RawPath,
    stat: BigIntStats,
    within: Within,
    known: KnownFolder,
    open: number | null = null,
  ): Found {
    within.git?.add(stat.size);
    if (stat.nlink > 1n) this.#parts.observer?.doubtful(path, 'linked', stat);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const { index, reader } = this.#parts;
    const same = entryIfSame(known.files.get(name), stat);
    // One that was captured because it had to be is left out again: what is kept of it must not decide.
    if (same && (within.must || !reader.isTooLarge(stat))) return same;
    const folder = folderOf(path);
    index.forget(folder, name);
    const reading =
      open === null
        ? reader.read(this.#absolute(path), stat, within.must)
        : reader.readOpen(open, stat, within.must);
    if (reading.is === 'changed') return 'changed';
    if (reading.is === 'left out') return this.#leaveOut(path, reading.reason, 'file');
    const { hash } = reading;
    this.#present.add(hash);
    if (reading.isNew) this.#new.add(hash);
    const size = Number(stat.size);
    const seen = { name, size, mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs, inode: stat.ino, hash };
    if (reading.settled) index.remember(folder, seen);
    else this.#parts.observer?.doubtful(path, 'unsettled', stat);
    return entryIfSame(known.files.get(name), stat) ?? { type: 'file', mode: modeOf(stat), size, hash };
  }

  #link(path: RawPath): Found {
    try {
      return { type: 'symlink', target: readLinkTarget(this.#absolute(path)) };
    } catch {
      return 'changed';
    }
  }

  #folder(path: RawPath, name: RawPath, stat: BigIntStats, within: Within): Found {
    if (stat.dev !== this.#device) return this.#leaveOut(path, 'mount', 'directory');
    const isGit = name === '.git' && within.git === null;
    const found = isGit ? this.#gitFolder(path, within) : this.#scanFolder(path, within);
    if (found === 'gone') return 'changed';
    if (typeof found === 'string') return this.#leaveOut(path, found, 'directory');
    // Were it a link by now, what was read stood elsewhere.
    const after = lstatOrNull(this.#absolute(path));
    if (after?.ino !== stat.ino || after.dev !== stat.dev || after.mode !== stat.mode) return 'changed';
    return { type: 'directory', mode: modeOf(stat), hash: found.hash };
  }

  #gitFolder(path: RawPath, within: Within): ScannedFolder | 'git' {
    const limit = [...this.#must].some((must) => isWithin(must, path) || isWithin(path, must))
      ? Number.POSITIVE_INFINITY
      : this.#request.limits.git;
    // Sizes first, so that nothing is stored of one that is too large; one that was captured is counted on the way.
    if (!this.#parts.index.has(path) && isOverSize(this.#absolute(path), limit)) return 'git';
    try {
      return this.#scanFolder(path, { ...within, ruled: false, git: new GitMeter(limit) });
    } catch (error) {
      if (!(error instanceof GitOverLimit)) throw error;
      this.omissions.forget(path);
      return 'git';
    }
  }

  #leaveOut(path: RawPath, reason: Exclusion, was: 'file' | 'directory' | 'other'): TreeEntry {
    this.omissions.add(path, reason);
    return { type: 'excluded', reason, was };
  }

  #absolute(path: RawPath): RawPath {
    return absolutePath(this.#request.workspace, path);
  }
}
