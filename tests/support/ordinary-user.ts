import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { AGENTS, Sandbox } from './agents-process.ts';

const NOBODY = 65_534;
export const isSuperuser = process.geteuid?.() === 0;

/** A sandbox of somebody whom rights hold back: nobody, if the superuser tests, who may everything. */
export class OrdinarySandbox extends Sandbox {
  override readonly user = isSuperuser ? { uid: NOBODY, gid: NOBODY } : {};

  constructor() {
    super();
    chmodSync(this.root, 0o755);
    if (isSuperuser) for (const folder of [this.root, this.workspace]) chownSync(folder, NOBODY, NOBODY);
  }

  override write(file: string, text: string): void {
    super.write(file, text);
    if (isSuperuser) chownSync(join(this.workspace, file), NOBODY, NOBODY);
  }

  /** A line of a shell, as that user. */
  shell(line: string, folder = this.workspace): void {
    const { status, stderr } = spawnSync('sh', ['-c', line], {
      cwd: folder,
      env: this.env,
      encoding: 'utf8',
      ...this.user,
    });
    if (status !== 0) throw new Error(`${line}: ${stderr}`);
  }

  override [Symbol.dispose](): void {
    spawnSync('chmod', ['-R', 'u+rwX', this.root]);
    super[Symbol.dispose]();
  }
}

/** False where the program stands in a folder that only its owner may enter. */
export function mayRunAgents(): boolean {
  const user = isSuperuser ? { uid: NOBODY, gid: NOBODY } : {};
  return spawnSync(process.execPath, [AGENTS, '--help'], { cwd: '/', ...user }).status === 0;
}
