import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchFolders } from './bench-folders.ts';

/** A repository beside a folder, as other tools keep one: its own GIT_DIR outside of the folder, its own index. */
export class ShadowGit {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(folders: BenchFolders, folder: string) {
    const own = folders.fresh('shadow-git');
    this.#folder = folder;
    this.#env = {
      ...folders.env(own),
      GIT_DIR: join(own, 'repository'),
      GIT_INDEX_FILE: join(own, 'index'),
      GIT_WORK_TREE: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
    this.#git('init', '--quiet');
  }

  /** What it does for each checkpoint: everything that changed, and the tree of it. */
  checkpoint(): void {
    this.#git('add', '-A');
    this.#git('write-tree');
  }

  /** The first time, for those who don't measure it: straight into one pack, without compressing. */
  prepare(): void {
    this.#git('-c', 'core.bigFileThreshold=1', '-c', 'core.compression=0', 'add', '-A');
    this.#git('write-tree');
  }

  #git(...args: readonly string[]): void {
    const done = spawnSync('git', args, {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (done.status !== 0) throw new Error(`git ${args.join(' ')} ended with ${done.status}`);
  }
}
