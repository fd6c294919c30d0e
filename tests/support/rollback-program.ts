/**
 * The program on a home and a workspace, in a process that ends itself where it is told to:
 * `node rollback-program.ts ROOT JOB.json`, with ROOT as a WorkspaceBench lays it out.
 */
import { readFileSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createParts, type Parts } from '../../src/app/parts.ts';
import { createPlan } from '../../src/app/create-plan.ts';
import { createRollbacks } from '../../src/app/rollbacks.ts';
import { startPlan } from '../../src/app/start-plan.ts';
import { openObjectStore } from '../../src/storage/open-object-store.ts';
import { InlineWorkspaceFiles } from '../../src/workspace/inline-workspace-files.ts';
import { WorkspaceEngine } from '../../src/workspace/workspace-engine.ts';
import { EVERYTHING, QUIET } from './workspace-bench.ts';

/** A moment: `before` or `after` a call of a part of the program (`after plans.append`), or a restore's point. */
export interface Job {
  readonly what: 'rollback' | 'apply' | 'fork' | 'execute' | 'continue' | 'abort' | 'sandbox';
  readonly planId: string;
  /** A checkpoint's number. */
  readonly number?: number;
  /** Of a fork. */
  readonly into?: string;
  readonly set?: Readonly<Record<string, string>>;
  /** Where it ends itself, and at which time that it comes there. Without it, each moment is said. */
  readonly die?: { readonly at: string; readonly time: number };
}

const [, , root = '', jobText = '{}'] = process.argv;
const job = JSON.parse(jobText.startsWith('{') ? jobText : readFileSync(jobText, 'utf8')) as Job;
const isTraced = process.argv[4] === 'trace';

let times = 0;
function reach(moment: string): void {
  if (isTraced) writeSync(1, `${moment}\n`);
  if (moment === job.die?.at && (times += 1) === job.die.time) process.kill(process.pid, 'SIGKILL');
}

/** Says when each of its methods begins and has ended. */
function watched<T extends object>(layer: string, target: T): T {
  return new Proxy(target, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function') return value;
      const ended = (result: unknown): unknown => {
        reach(`after ${layer}.${String(name)}`);
        return result;
      };
      return (...args: unknown[]): unknown => {
        reach(`before ${layer}.${String(name)}`);
        const result: unknown = value.apply(of, args);
        return result instanceof Promise ? (async () => ended(await result))() : ended(result);
      };
    },
  });
}

async function openParts(): Promise<Parts> {
  const home = join(root, 'home');
  const env = { PATH: process.env['PATH'], HOME: root, AGENTS_HOME: home };
  const parts = createParts({ cwd: root, env, set: job.set ?? {} });
  const storage = await parts.storage();
  const store = watched('objects', await openObjectStore({ home }));
  const freeBytes = (): number => statfsSync(home).bavail * statfsSync(home).bsize;
  const fault = (point: string): void => reach(`restore ${point}`);
  const engine = new WorkspaceEngine({ store, home, freeBytes, fault });
  const files = watched('files', new InlineWorkspaceFiles(engine));
  const { plans, checkpoints, leases, requests, operations, workspaceLock, blobs } = storage;
  const all = {
    plans: watched('plans', plans),
    checkpoints: watched('checkpoints', checkpoints),
    leases: watched('leases', leases),
    requests,
    operations: watched('operations', operations),
    workspaceLock: watched('lock', workspaceLock),
    blobs: watched('blobs', blobs),
    close: () => storage.close(),
  };
  return { ...parts, storage: async () => all, files: async () => files };
}

const working = { signal: new AbortController().signal, onProgress: () => undefined };

const programs: Readonly<Record<Job['what'], (parts: Parts) => Promise<void>>> = {
  rollback: async (parts) => {
    const { id } = await (await parts.storage()).checkpoints.resolve(job.planId, String(job.number));
    await (await createRollbacks(parts)).rollBack(job.planId, id, EVERYTHING, 'refuse', working);
  },
  apply: async (parts) => void (await (await createRollbacks(parts)).apply(job.planId, 'keep', working)),
  fork: async (parts) => {
    const { id } = await (await parts.storage()).checkpoints.resolve(job.planId, String(job.number));
    await (await createRollbacks(parts)).fork(job.planId, id, job.into ?? null, working);
  },
  execute: async (parts) => void (await (await startPlan(parts, job.planId, QUIET)).outcome),
  continue: async (parts) => {
    const rollbacks = await createRollbacks(parts);
    for (const left of await rollbacks.interrupted()) await rollbacks.continue(left, working);
  },
  abort: async (parts) => {
    const rollbacks = await createRollbacks(parts);
    for (const left of await rollbacks.interrupted()) await rollbacks.abort(left, working);
  },
  sandbox: async (parts) => {
    const request = { file: join(root, 'p.plan.yaml'), workspace: join(root, 'work'), inputs: {} };
    await createPlan(parts, { ...request, sandbox: true });
  },
};

const parts = await openParts();
writeSync(1, 'ready\n');
await programs[job.what](parts);
writeSync(1, 'done\n');
await parts.close();
