import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type BigIntStats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp, type App, type AppOptions } from '../../src/app/compose.ts';
import type { RunOptions, RunOutcome } from '../../src/app/run-options.ts';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import { rawPathOfBytes } from '../../src/domain/raw-path.ts';
import type {
  RollbackChoices,
  RollbackControl,
  RollbackOptions,
  RollbackResult,
} from '../../src/ports/rollback-control.ts';
import { self } from './storage-places.ts';

export const QUIET: RunOptions = {
  listeners: [],
  prompter: null,
  inputs: {},
  rerun: [],
  skip: [],
  takeOver: false,
  stayWhenPaused: false,
};

export const EVERYTHING: RollbackChoices = { scope: 'plan_and_files', paths: [], onConflict: 'keep' };

/** One path of a folder as a test compares it: all that a capture promises to keep. */
export interface SeenPath {
  readonly type: string;
  readonly mode: string;
  /** Hex of the bytes, or the link's target. */
  readonly content: string;
}

/** A home and a workspace of their own, with the whole program on them. */
export class WorkspaceBench implements AsyncDisposable {
  readonly root: string;
  readonly workspace: string;
  readonly home: string;
  readonly #apps: App[] = [];

  private constructor(root: string) {
    this.root = root;
    this.workspace = join(root, 'work');
    this.home = join(root, 'home');
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<WorkspaceBench> {
    const bench = new WorkspaceBench(await realpath(await mkdtemp(join(tmpdir(), 'agents-work-'))));
    await mkdir(bench.workspace);
    for (const [name, text] of Object.entries(files)) await bench.write(name, text);
    return bench;
  }

  get options(): RollbackOptions {
    return { signal: new AbortController().signal, onProgress: () => undefined };
  }

  open(set: AppOptions['set'] = {}, more: Pick<AppOptions, 'clock'> = {}): App {
    const env = { PATH: process.env['PATH'], HOME: this.root, AGENTS_HOME: this.home };
    const app = openApp({ cwd: this.root, env, set, ...more });
    this.#apps.push(app);
    return app;
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.workspace, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }

  /** Stores a plan of shell steps, one for each text. */
  async store(app: App, steps: readonly string[], sandbox = false): Promise<PlanId> {
    const list = steps.map((text, index) => `  - { id: s${index + 1}, run: ${JSON.stringify(text)} }`);
    const file = join(this.root, 'p.plan.yaml');
    await writeFile(file, `name: p\nsteps:\n${list.join('\n')}\n`);
    return (await app.createPlan({ file, workspace: this.workspace, inputs: {}, sandbox })).plan_id;
  }

  /** Stores a plan of shell steps, one for each text, and runs it to its end or its failure. */
  async run(app: App, steps: readonly string[], sandbox = false): Promise<RunOutcome> {
    return await this.execute(app, await this.store(app, steps, sandbox));
  }

  async execute(app: App, planId: string, more: Partial<RunOptions> = {}): Promise<RunOutcome> {
    return await (
      await app.startPlan(planId, { ...QUIET, ...more })
    ).outcome;
  }

  async checkpoints(app: App, planId: string): Promise<readonly Checkpoint[]> {
    const { checkpoints } = await app.storage();
    return (await checkpoints.list({ planId, tree: true })).items;
  }

  /** Rolls back to a checkpoint by its number. */
  async rollBack(
    app: App,
    planId: string,
    number: number,
    choices: Partial<RollbackChoices> = {},
  ): Promise<RollbackResult> {
    const { id } = await (await app.storage()).checkpoints.resolve(planId, String(number));
    const rollbacks = await app.rollbacks();
    return await rollbacks.rollBack(planId, id, { ...EVERYTHING, ...choices }, 'refuse', this.options);
  }

  /** A rollback that a process of an earlier boot of this machine began, and no more. */
  async leaveRollback(app: App, planId: PlanId): Promise<void> {
    const { operations } = await app.storage();
    await operations.begin({
      id: 'O',
      kind: 'rollback',
      root_plan_id: planId,
      workspace: this.workspace,
      process: { ...self, host: app.processes.self.host, boot_id: 'another', pid: 1 },
      started_at: new Date(0).toISOString(),
      progress: { stage: 'looking', what: 'a rollback' },
    });
  }

  async undo(app: App, planId: string): Promise<RollbackResult> {
    const rollbacks: RollbackControl = await app.rollbacks();
    const { checkpoint, scope } = await rollbacks.undoTarget(planId);
    return await rollbacks.rollBack(planId, checkpoint.id, { ...EVERYTHING, scope }, 'refuse', this.options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const app of this.#apps.splice(0)) await app.close();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** Every path below a folder, exactly. Names as bytes. */
export function seeFolder(folder: string): ReadonlyMap<string, SeenPath> {
  const seen = new Map<string, SeenPath>();
  const look = (inside: Buffer): void => {
    const full = Buffer.concat([Buffer.from(`${folder}/`), inside]);
    const names = existsSync(full) ? readdirSync(full, { encoding: 'buffer' }) : [];
    for (const name of names.toSorted(Buffer.compare)) {
      const path = inside.length === 0 ? name : Buffer.concat([inside, Buffer.from('/'), name]);
      const at = Buffer.concat([Buffer.from(`${folder}/`), path]);
      const stat = lstatSync(at, { bigint: true });
      seen.set(rawPathOfBytes(path), {
        type: typeOf(stat),
        mode: modeOf(stat),
        content: contentOf(at, stat),
      });
      if (stat.isDirectory()) look(path);
    }
  };
  look(Buffer.alloc(0));
  return seen;
}

function typeOf(stat: BigIntStats): string {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'special';
}

function modeOf(stat: BigIntStats): string {
  return stat.isSymbolicLink() ? '' : (stat.mode & 0o7777n).toString(8);
}

function contentOf(path: Buffer, stat: BigIntStats): string {
  if (stat.isFile()) return readFileSync(path).toString('hex');
  return stat.isSymbolicLink() ? readlinkSync(path, { encoding: 'buffer' }).toString('hex') : '';
}
