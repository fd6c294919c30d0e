import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';

/** The database of a home, opened twice: once for the run, once for whoever asks, as two processes would. */
export class SharedHome implements AsyncDisposable {
  readonly runner: Storage;
  readonly asker: Storage;
  readonly #home: string;

  private constructor(home: string, runner: Storage, asker: Storage) {
    this.#home = home;
    this.runner = runner;
    this.asker = asker;
  }

  static async open(): Promise<SharedHome> {
    const home = await mkdtemp(join(tmpdir(), 'agents-shared-'));
    const processes = new SystemProcessTable();
    const open = (): Promise<Storage> => openStorage({ home, durability: 'normal', processes });
    return new SharedHome(home, await open(), await open());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.close();
    await this.asker.close();
    await rm(this.#home, { recursive: true, force: true });
  }
}
