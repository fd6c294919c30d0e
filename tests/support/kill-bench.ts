import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { App } from '../../src/app/compose.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import type { JournalFinding } from '../../src/ports/object-garbage.ts';
import type { RollbackControl } from '../../src/ports/rollback-control.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { openObjectGarbage } from '../../src/storage/object-garbage.ts';
import { childrenOf } from '../../src/workspace/tree-codec.ts';
import type { Job } from './rollback-program.ts';
import { seeFolder, WorkspaceBench, type SeenPath } from './workspace-bench.ts';

const MUCH_LATER_MS = 600_000;
const PROGRAM = fileURLToPath(new URL('./rollback-program.ts', import.meta.url));
/** Where Node keeps the program without its types, so that each process need not take them out again. */
const COMPILED = fileURLToPath(new URL('../../.cache/compiled', import.meta.url));

/** Fifty paths and more that become another: content, modes, links, folders for files and files for folders. */
export const FIFTY_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [
    `src/part-${index % 8}/file ${index}.txt`,
    `file ${index}\n`.repeat(index + 1),
  ]),
);
const MAKE_REST =
  'mkdir -p empty closed deep/er; echo c > closed/c; ln -s src/part-1 link; echo deep > deep/er/file; chmod 555 closed; chmod 600 src/part-3/*';
export const FIFTY_CHANGES = [
  'for f in src/part-[0-3]/*; do echo changed >> "$f"; done; chmod 755 src/part-4/*; chmod 700 closed; echo c2 > closed/c; chmod 555 closed',
  'rm -rf src/part-5 src/part-6 empty; ln -sfn /nowhere link; rm -r deep; echo file > deep; rm src/part-7/*; mkdir -p "src/part-7/file 7.txt/in"; echo in > "src/part-7/file 7.txt/in/side"; mkdir new; for i in 1 2 3 4 5 6 7 8; do echo $i > new/$i; done; head -c 300000 /dev/zero > new/large',
];

/** Everything below a home's and a workspace's folder, kept to begin from there again. */
export type Seen = ReadonlyMap<string, SeenPath>;

/** A workspace, its home, and processes that work on both and are killed. */
export class KillBench implements AsyncDisposable {
  readonly bench: WorkspaceBench;
  planId: PlanId = '' as PlanId;
  /** The files at checkpoint 1, and after the plan. */
  before: Seen = new Map();
  after: Seen = new Map();

  private constructor(bench: WorkspaceBench) {
    this.bench = bench;
  }

  /** With a plan that is stored and has not begun. */
  static async stored(steps: readonly string[] = FIFTY_CHANGES, sandbox = false): Promise<KillBench> {
    const it = await KillBench.empty(FIFTY_FILES);
    it.sh(MAKE_REST);
    it.before = it.files;
    await it.withApp(async (app) => (it.planId = await it.bench.store(app, steps, sandbox)));
    it.keep('stored');
    return it;
  }

  /** With a plan that has ended. */
  static async create(steps: readonly string[] = FIFTY_CHANGES, sandbox = false): Promise<KillBench> {
    const it = await KillBench.stored(steps, sandbox);
    await it.withApp((app) => it.bench.execute(app, it.planId));
    it.after = it.files;
    it.keep('ended');
    return it;
  }

  /** Without a plan yet. */
  static async empty(files: Readonly<Record<string, string>>): Promise<KillBench> {
    return new KillBench(await WorkspaceBench.create(files));
  }

  get files(): Seen {
    return seeFolder(this.bench.workspace);
  }

  /** Keeps home and workspace as they are, under a name. */
  keep(name: string): void {
    const kept = join(this.bench.root, 'kept', name);
    execFileSync('sh', ['-c', `rm -rf "$0" && mkdir -p "$0" && cp -a work home "$0"`, kept], {
      cwd: this.bench.root,
    });
  }

  putBack(name: string): void {
    execFileSync('sh', ['-c', `rm -rf work home && cp -a "kept/$0/." .`, name], { cwd: this.bench.root });
  }

  /** What a person does in the folder. */
  sh(text: string): void {
    execFileSync('sh', ['-c', text], { cwd: this.bench.workspace });
  }

  /** Ends what is left of tools, as a person would who doesn't wait for the program to do it. */
  endSurvivors(): void {
    for (const pid of workingIn(this.bench.workspace)) process.kill(pid, 'SIGKILL');
  }

  start(job: Omit<Job, 'planId'> & { readonly planId?: PlanId }, more: readonly string[] = []): ChildProcess {
    const text = JSON.stringify({ planId: this.planId, ...job });
    return spawn(process.execPath, ['--no-warnings', PROGRAM, this.bench.root, text, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    });
  }

  /** Runs a job to its end, or to its own. Resolves with what it said. */
  async run(
    job: Omit<Job, 'planId'> & { readonly planId?: PlanId },
    more: readonly string[] = [],
  ): Promise<Ended> {
    return await endOf(this.start(job, more));
  }

  /** Kills a job some milliseconds after it began to work. */
  async killAfter(job: Omit<Job, 'planId'> & { readonly planId?: PlanId }, delayMs: number): Promise<Ended> {
    const child = this.start(job);
    const ended = endOf(child);
    for await (const line of createInterface({ input: child.stdout! })) if (line === 'ready') break;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    child.kill('SIGKILL');
    return await ended;
  }

  /** The whole program in this process, for as long as `use` needs it. */
  async withApp<T>(
    use: (app: App, rollbacks: RollbackControl) => Promise<T>,
    set: Record<string, string> = {},
  ): Promise<T> {
    const app = this.bench.open(set);
    try {
      return await use(app, await app.rollbacks());
    } finally {
      await app.close();
    }
  }

  /** The plan's own state, without what tells how it came to it. */
  async state(app: App): Promise<unknown> {
    const { plans } = await app.storage();
    const plan = (await plans.stateAt(this.planId)).plans.get(this.planId);
    return plan && snapshotOf(plan);
  }

  /** Collects what nobody needs, however young it is, and tells what is left and what is wrong with the journals. */
  async collected(): Promise<Collected> {
    const garbage = await openObjectGarbage({
      home: this.bench.home,
      processes: new SystemProcessTable(),
      childrenOf,
      now: () => Date.now() + MUCH_LATER_MS,
    });
    try {
      await garbage.collect();
      const { trees, contents } = await garbage.usage();
      const objects = trees.count + contents.count;
      return { findings: await garbage.checkJournals(), objects, bytes: trees.bytes + contents.bytes };
    } finally {
      await garbage.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }
}

export interface Collected {
  readonly findings: readonly JournalFinding[];
  readonly objects: number;
  readonly bytes: number;
}

export interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { signal, ...said };
}

/** What a restore that was killed left under a name of its own. */
export function stagedIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)\.agents-/.test(name),
  );
}

/** Processes whose current folder is this one. */
function workingIn(folder: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^[0-9]+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === folder ? [Number(name)] : [];
    } catch (error) {
      // It has ended meanwhile, or is another user's.
      if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? ''))
        return [];
      throw error;
    }
  });
}
