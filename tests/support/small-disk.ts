import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is a small disk of its own. Only root may make one. */
export class SmallDisk implements Disposable {
  readonly folder: string;

  constructor(folder: string, size: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  }

  fill(): void {
    spawnSync('sh', ['-c', 'head -c 1G /dev/urandom > filler'], { cwd: this.folder });
  }

  makeRoom(): void {
    rmSync(join(this.folder, 'filler'));
  }

  setReadOnly(on: boolean): void {
    execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, this.folder]);
  }

  [Symbol.dispose](): void {
    spawnSync('umount', [this.folder]);
  }
}

export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'agents-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (status === 0) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return status === 0;
}
