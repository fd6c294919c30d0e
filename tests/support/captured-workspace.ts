import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rawPathOf, type RawPath } from '../../src/domain/raw-path.ts';
import { MemoryObjectStore } from '../../src/memory/memory-object-store.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { CapturedFiles, CaptureLimits, CaptureRequest } from '../../src/ports/workspace-files.ts';
import type { SyncWorkOptions } from '../../src/workspace/work-watch.ts';
import { WorkspaceEngine } from '../../src/workspace/workspace-engine.ts';

const MIB = 1024 * 1024;

export const LIMITS: CaptureLimits = {
  file: 100 * MIB,
  checkpoint: 2048 * MIB,
  git: 256 * MIB,
  store: 20_480 * MIB,
  freeDisk: 0,
};

/** A workspace on disk and an engine that captures it into a store in memory. */
export class CapturedWorkspace implements Disposable {
  readonly place = realpathSync(mkdtempSync(join(tmpdir(), 'agents-capture-')));
  readonly root = join(this.place, 'work');
  readonly home = join(this.place, 'home');
  readonly store: ObjectStore;
  engine: WorkspaceEngine;
  /** Bytes that are free on the disk of the store. */
  free = Number.MAX_SAFE_INTEGER;

  constructor(store: ObjectStore = new MemoryObjectStore()) {
    this.store = store;
    mkdirSync(this.root);
    mkdirSync(this.home);
    this.engine = this.open();
  }

  /** As another process has it: knows only what the store keeps. */
  open(store: ObjectStore = this.store): WorkspaceEngine {
    return new WorkspaceEngine({ store, home: this.home, freeBytes: () => this.free });
  }

  capture(request: Partial<CaptureRequest> = {}, options?: SyncWorkOptions): CapturedFiles {
    return this.engine.capture(this.request(request), options);
  }

  request(more: Partial<CaptureRequest> = {}): CaptureRequest {
    return { workspace: this.root, exclude: [], ignore: '', limits: LIMITS, keep: [], ...more };
  }

  /** The captured paths with what stands there, by their readable names. */
  listed(tree: string): Record<RawPath, unknown> {
    return Object.fromEntries(this.engine.list(tree).map(({ path, state }) => [path, state]));
  }

  /** Captures and lists. */
  now(request: Partial<CaptureRequest> = {}): Record<RawPath, unknown> {
    return this.listed(this.capture(request).tree);
  }

  at(path: string): string {
    return join(this.root, path);
  }

  bytesAt(path: RawPath): Buffer {
    return Buffer.from(`${rawPathOf(this.root)}/${path}`, 'latin1');
  }

  write(path: string, content: string | Buffer = path): string {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content);
    return this.at(path);
  }

  /** Puts the mtime of a path back to a fixed time. */
  datePath(path: string): void {
    utimesSync(this.at(path), 1_000_000_000, 1_000_000_000);
  }

  /** Until what was written is old enough for the index to count on its ctime. */
  settle(): void {
    const end = Date.now() + 80;
    while (Date.now() < end) statSync(this.root);
  }

  [Symbol.dispose](): void {
    rmSync(this.place, { recursive: true, force: true });
  }
}
