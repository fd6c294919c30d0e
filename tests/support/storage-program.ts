// A program that uses one home, as `agents` does, in a process of its own: storage-program.ts HOME WHAT [ARGS]
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';
import { History } from './storage-history.ts';

const [home = '', what = '', ...args] = process.argv.slice(2);
const processes = new SystemProcessTable();

const programs: Readonly<Record<string, (storage: Storage) => Promise<void>>> = {
  /** Makes one plan. */
  create: async (storage) => {
    await History.create(storage, { name: `made by ${process.pid}` });
  },
  /** Appends to a plan of its own `args[0]` times, with a checkpoint each tenth, as fast as it can. */
  append: async (storage) => {
    const history = await History.create(storage);
    for (let i = 1; i <= Number(args[0]); i += 1) {
      await history.set(`key ${i % 7}`, { i, text: 'z'.repeat(i % 600) });
      if (i % 10 === 0) await history.checkpoint();
      if (i === 20) process.stdout.write(`${history.rootId}\n`);
    }
  },
  /** Takes the write lock of `args[0]` `args[1]` times and says when it has it and when it gives it up. */
  lock: async (storage) => {
    for (let i = 0; i < Number(args[1]); i += 1) {
      const held = await storage.workspaceLock.acquire(
        args[0] ?? '',
        {
          plan_id: 'p',
          step_id: 's',
          call_id: `${process.pid}-${i}`,
          tool: 'fs.write',
          process: processes.self,
          since: new Date().toISOString(),
        },
        { signal: new AbortController().signal, onWait: () => undefined },
      );
      const begin = process.hrtime.bigint();
      await new Promise(setImmediate);
      process.stdout.write(`${begin} ${process.hrtime.bigint()}\n`);
      if (args[2] === 'die') process.kill(process.pid, 'SIGKILL');
      await held.release();
    }
  },
};

const storage = await openStorage({ home, durability: 'normal', processes });
await programs[what]?.(storage);
await storage.close();
