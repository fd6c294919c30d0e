import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConfigSource } from '../../src/config/config-source.ts';

/** A home folder with a project in it, and nothing of the machine's own configuration. */
export class ConfigFolder {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-config-')));
  readonly home = join(this.root, 'home');
  readonly workspace = join(this.home, 'code', 'project');
  readonly userFolder = join(this.root, 'user');

  constructor() {
    mkdirSync(this.workspace, { recursive: true });
    mkdirSync(this.userFolder);
  }

  /** Where the configuration is read from; `env` and `flags` as on a command line. */
  source(
    env: Readonly<Record<string, string>> = {},
    flags: Readonly<Record<string, string>> = {},
  ): ConfigSource {
    const { workspace, home, userFolder } = this;
    return { workspace, home, env: { AGENTS_CONFIG_HOME: userFolder, ...env }, flags };
  }

  /** Writes a file of the workspace, or anywhere if the path is absolute; gives its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = name.startsWith('/') ? name : join(this.workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
