// A process that works on the objects of a home: object-program.ts HOME WHAT [ARGS]
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { openObjectStore } from '../../src/storage/open-object-store.ts';
import {
  fastClock,
  lostBelow,
  openGarbage,
  openPlans,
  putText,
  putTree,
  refer,
  sha,
} from './object-places.ts';

const [home = '', what = '', ...args] = process.argv.slice(2);
const processes = new SystemProcessTable();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const dieAt = (wanted: string, time = 1): ((step: string) => void) => {
  let times = 0;
  return (step) => {
    if (step === wanted && (times += 1) === time) process.kill(process.pid, 'SIGKILL');
  };
};

const programs: Readonly<Record<string, () => Promise<void>>> = {
  /**
   * Captures `args[0]` times: some of a few files and folders, slowly, so that some are old and in use by nobody just
   * then. Each time the new tree takes the place of the last, and what is missing below it is said. Its time began at
   * `args[1]`.
   */
  capture: async () => {
    const now = fastClock(Number(args[1]));
    const plans = await openPlans(home, processes);
    const store = await openObjectStore({ home, now });
    const some = (count: number): number => Math.floor(Math.random() * count);
    const linger = (): Promise<void> => setTimeout(some(20));
    for (let i = 0; i < Number(args[0]); i += 1) {
      const id = `${process.pid}-${i}`;
      const started_at = new Date(now()).toISOString();
      const operation = { root_plan_id: null, workspace: '/w', process: processes.self, progress: null };
      await plans.operations.begin({ ...operation, id, kind: 'capture', started_at });
      const below: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        const large = Buffer.alloc(200_000, some(9));
        store.putContent(sha(large), large);
        await linger();
        const contents = [putText(store, `file ${some(15)}`), sha(large)];
        if (some(2) === 0) store.flush();
        await linger();
        below.push(putTree(store, { trees: [], contents }));
      }
      const tree = putTree(store, { trees: below, contents: [] });
      store.flush();
      await linger();
      refer(home, String(process.pid), tree);
      await plans.operations.end(id);
      for (const line of lostBelow(store, [tree])) say(line);
      await setTimeout(some(100));
    }
    store.close();
    await plans.close();
  },
  /** Collects over and over until its input ends. Its time began at `args[0]`. */
  collect: async () => {
    const over = new AbortController();
    process.stdin.on('end', () => over.abort()).resume();
    const garbage = await openGarbage(home, processes, { now: fastClock(Number(args[0])) });
    let trees = 0;
    say('ready');
    while (!over.signal.aborted) {
      const report = await garbage.collect();
      trees += report.trees;
      await new Promise(setImmediate);
    }
    say(String(trees));
    await garbage.close();
  },
  /** Puts until it dies at the `args[1]`th step `args[0]`. */
  'put-and-die': async () => {
    const store = await openObjectStore({ home, onStep: dieAt(args[0] ?? '', Number(args[1])) });
    for (let i = 0; i < 100; i += 1) {
      const small = putText(store, randomBytes(2000).toString('hex'));
      const large = randomBytes(300_000);
      store.putContent(sha(large), large);
      putTree(store, { trees: [], contents: [small, sha(large)] });
      if (i % 5 === 0) store.flush();
    }
  },
  /** Collects until it dies at the `args[1]`th step `args[0]`. */
  'collect-and-die': async () => {
    const garbage = await openGarbage(home, processes, { onStep: dieAt(args[0] ?? '', Number(args[1])) });
    await garbage.collect();
  },
};

await programs[what]?.();
