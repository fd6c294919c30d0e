import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessTable } from '../ports/process-table.ts';
import type { WorkspaceLock, WriteHolder } from '../ports/workspace-lock.ts';
import type { Database } from './database.ts';
import { LocalQueue } from './local-queue.ts';
import { readStored } from './read-stored.ts';
import { sha256 } from './sha256.ts';

const POLL_MS = 25;

const READ = 'select write_lock from workspaces where path = ?';
const TAKE = `insert into workspaces (id, path, device, inode, write_lock) values (?, ?, ?, ?, ?)
  on conflict (path) do update set device = excluded.device, inode = excluded.inode, write_lock = excluded.write_lock`;
const GIVE_UP = 'update workspaces set write_lock = null where path = ? and write_lock = ?';

/** The write lock as a column of `workspaces`, with a fair line inside the process. */
export class SqliteWorkspaceLock implements WorkspaceLock {
  readonly #database: Database;
  readonly #processes: ProcessTable;
  readonly #queues = new Map<string, LocalQueue>();

  constructor(database: Database, processes: ProcessTable) {
    this.#database = database;
    this.#processes = processes;
  }

  async acquire(
    workspace: string,
    holder: WriteHolder,
    options: { readonly signal: AbortSignal; readonly onWait: (holder: WriteHolder) => void },
  ): Promise<{ release(): Promise<void> }> {
    const queue = this.#queueOf(workspace);
    const tell = oncePerCall(options.onWait);
    await queue.enter(options.signal, tell);
    try {
      await this.#waitAndTake(workspace, holder, options.signal, (other) => {
        tell(other);
        queue.announce(other);
      });
    } catch (error) {
      queue.leave();
      throw error;
    }
    queue.announce(holder);
    let isHeld = true;
    const release = async (): Promise<void> => {
      if (isHeld) await this.#release(workspace, holder, queue);
      isHeld = false;
    };
    return { release };
  }

  async read(workspace: string): Promise<WriteHolder | null> {
    return this.#database.read((database) => this.#livingHolder(database, workspace));
  }

  async #waitAndTake(
    workspace: string,
    holder: WriteHolder,
    signal: AbortSignal,
    onHeld: (other: WriteHolder) => void,
  ): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      // Most looks find it held: they only read, so that waiting disturbs no writer.
      const other = (await this.read(workspace)) ?? (await this.#take(workspace, holder));
      if (!other) return;
      onHeld(other);
      await sleep(POLL_MS);
    }
  }

  /** Null: it is the caller's now. Else who was faster. */
  async #take(workspace: string, holder: WriteHolder): Promise<WriteHolder | null> {
    const { device, inode } = await identify(workspace);
    return this.#database.write((database) => {
      const other = this.#livingHolder(database, workspace);
      if (other) return other;
      const id = sha256(workspace).slice(0, 32);
      database.statement(TAKE).run(id, workspace, device, inode, JSON.stringify(holder));
      return null;
    });
  }

  #livingHolder(database: Database, workspace: string): WriteHolder | null {
    const row = database.statement(READ).get(workspace) as { write_lock: string | null } | undefined;
    if (!row?.write_lock) return null;
    const holder = readStored(row.write_lock) as WriteHolder;
    return this.#processes.liveness(holder.process) === 'gone' ? null : holder;
  }

  async #release(workspace: string, holder: WriteHolder, queue: LocalQueue): Promise<void> {
    try {
      await this.#database.write((database) =>
        database.statement(GIVE_UP).run(workspace, JSON.stringify(holder)),
      );
    } finally {
      queue.leave();
    }
  }

  #queueOf(workspace: string): LocalQueue {
    const known = this.#queues.get(workspace);
    if (known) return known;
    const made = new LocalQueue();
    this.#queues.set(workspace, made);
    return made;
  }
}

function oncePerCall(onWait: (holder: WriteHolder) => void): (holder: WriteHolder) => void {
  const told = new Set<string>();
  return (holder) => {
    if (told.has(holder.call_id)) return;
    told.add(holder.call_id);
    onWait(holder);
  };
}

/** Which folder a path means just now; nulls if there is none. */
async function identify(path: string): Promise<{ device: string | null; inode: string | null }> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return { device: found && String(found.dev), inode: found && String(found.ino) };
}
