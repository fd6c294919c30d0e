import { expect } from 'vitest';
import type { App } from '../../src/app/compose.ts';
import type { RollbackControl } from '../../src/ports/rollback-control.ts';
import { FIFTY_CHANGES, KillBench, stagedIn } from './kill-bench.ts';
import type { Job } from './rollback-program.ts';

export type Die = NonNullable<Job['die']>;

/** The rollback that is killed. */
export const ROLLBACK = { what: 'rollback', number: 1 } as const;

const NOTHING_BEGUN = { code: 'nothing_begun' };
const INTERRUPTED = { code: 'operation_interrupted' };

/** A rollback of fifty paths, killed over and over, each time from the same beginning. */
export class KilledRollback implements AsyncDisposable {
  readonly it: KillBench;
  /** The plan's state after it ended, and after an undisturbed rollback. */
  readonly #ended: unknown;
  readonly #back: unknown;

  private constructor(it: KillBench, ended: unknown, back: unknown) {
    this.it = it;
    this.#ended = ended;
    this.#back = back;
  }

  static async create(): Promise<KilledRollback> {
    const it = await KillBench.create([...FIFTY_CHANGES, 'exit 3']);
    const ended = await it.withApp((app) => it.state(app));
    expect((await it.run(ROLLBACK)).stdout).toBe('ready\ndone\n');
    expect(it.files).toEqual(it.before);
    return new KilledRollback(it, ended, await it.withApp((app) => it.state(app)));
  }

  /** Kills it there, from its beginning. */
  async killAt(die: Die): Promise<void> {
    this.it.putBack('ended');
    expect(await this.it.run({ ...ROLLBACK, die })).toEqual({
      signal: 'SIGKILL',
      stdout: 'ready\n',
      stderr: '',
    });
  }

  async killAfter(delayMs: number): Promise<void> {
    this.it.putBack('ended');
    await this.it.killAfter(ROLLBACK, delayMs);
  }

  /** From where the killed one left everything: once on to its end, and once back. */
  async expectBothEnds(moment: string): Promise<void> {
    this.it.keep('killed');
    await this.it.withApp((app, rollbacks) => this.#expectOn(moment, app, rollbacks));
    expect(stagedIn(this.it.bench.workspace)).toEqual([]);
    this.it.putBack('killed');
    await this.it.withApp((app, rollbacks) => this.#expectBack(moment, app, rollbacks));
    expect((await this.it.collected()).findings).toEqual([]);
  }

  /** Forgets or takes back what was cut off; resolves with how much that was. */
  async abortAll(rollbacks: RollbackControl): Promise<number> {
    const left = await rollbacks.interrupted();
    for (const one of left) await rollbacks.abort(one, this.it.bench.options);
    return left.length;
  }

  async #expectOn(moment: string, app: App, rollbacks: RollbackControl): Promise<void> {
    const { bench, before, after, planId } = this.it;
    const isOpen = await this.#expectRefusal(app, rollbacks);
    const isBack = isOpen ? await this.#goOn(rollbacks) : isSame(this.it.files, before);
    expect(this.it.files, moment).toEqual(isBack ? before : after);
    expect(await this.it.state(app), moment).toEqual(isBack ? this.#back : this.#ended);
    await (isBack ? bench.undo(app, planId) : bench.rollBack(app, planId, 1));
    expect(this.it.files, `undone: ${moment}`).toEqual(isBack ? after : before);
  }

  async #expectBack(moment: string, app: App, rollbacks: RollbackControl): Promise<void> {
    if ((await this.abortAll(rollbacks)) === 0) return;
    const { bench, before, after, planId } = this.it;
    expect(this.it.files, `aborted: ${moment}`).toEqual(after);
    expect(await this.it.state(app), `aborted: ${moment}`).toEqual(this.#ended);
    expect(await rollbacks.interrupted()).toEqual([]);
    await bench.rollBack(app, planId, 1);
    expect(this.it.files, `aborted and again: ${moment}`).toEqual(before);
  }

  /** While it is cut off, nothing builds on what it left, and what it may need outlives a collection. */
  async #expectRefusal(app: App, rollbacks: RollbackControl): Promise<boolean> {
    if ((await rollbacks.interrupted()).length === 0) return false;
    const { bench, planId } = this.it;
    await expect(bench.execute(app, planId, { retry: true })).rejects.toMatchObject(INTERRUPTED);
    await expect(bench.rollBack(app, planId, 2)).rejects.toMatchObject(INTERRUPTED);
    await this.it.collected();
    return true;
  }

  /** True once the plan is back; false if there was nothing to go on with. */
  async #goOn(rollbacks: RollbackControl): Promise<boolean> {
    const [left] = await rollbacks.interrupted();
    try {
      await rollbacks.continue(left!, this.it.bench.options);
      return true;
    } catch (thrown) {
      expect(thrown).toMatchObject(NOTHING_BEGUN);
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.it[Symbol.asyncDispose]();
  }
}

function isSame(a: KillBench['before'], b: KillBench['before']): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}
