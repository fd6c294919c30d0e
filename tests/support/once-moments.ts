import { join } from 'node:path';
import { WaitingError } from '../../src/domain/errors.ts';
import { KillBench, type Seen } from './kill-bench.ts';
import { ONCE_FILES, ONCE_PLAN } from './once-plan.ts';
import { withoutOrder } from './once-story.ts';

/** Far more than a busy machine gives cause to. */
const MOST_ASKED = 20;
/** The only reason to ask: a tool that outlived its run for a while, and had ended before anybody could see it. */
const UNSEEN_END = /^somebody else may have changed /;

/** The plan of once-plan.ts, whose run ends itself at moments that have a name. */
export class OnceMoments implements AsyncDisposable {
  readonly bench: KillBench;
  /** Each moment, and how often a run comes by it. */
  readonly named: ReadonlyMap<string, number>;
  /** The files at the end of a run that nothing came between. */
  readonly undisturbed: Seen;
  /** How often a person would have had to say what becomes of a write. */
  asked = 0;

  private constructor(bench: KillBench, named: ReadonlyMap<string, number>) {
    this.bench = bench;
    this.named = named;
    this.undisturbed = withoutOrder(bench.files);
  }

  static async create(): Promise<OnceMoments> {
    const bench = await KillBench.empty(ONCE_FILES);
    await bench.bench.write('../once.plan.yaml', ONCE_PLAN);
    await bench.withApp(async (app) => {
      const file = join(bench.bench.root, 'once.plan.yaml');
      bench.planId = (await app.createPlan({ file, workspace: bench.bench.workspace, inputs: {} })).plan_id;
    });
    bench.keep('stored');
    const named = momentsIn((await bench.run({ what: 'execute' }, ['trace'])).stdout);
    return new OnceMoments(bench, named);
  }

  /** The files after a run that ended itself there and another that went on. */
  async endOf(at: string, time: number): Promise<Seen> {
    for (;;) {
      this.bench.putBack('stored');
      await this.bench.run({ what: 'execute', die: { at, time } });
      const hint = await this.#goOn();
      if (hint === null) return withoutOrder(this.bench.files);
      this.asked += 1;
      const what = `${at} (${time}): ${hint}`;
      if (!UNSEEN_END.test(hint) || this.asked > MOST_ASKED) throw new Error(`a person was asked, ${what}`);
    }
  }

  /** @returns null, or why a person would have to say what becomes of a write that was cut off */
  async #goOn(): Promise<string | null> {
    const { bench } = this;
    return await bench.withApp(async (app) => {
      // Steps side by side may come by a moment once less; and some come behind the plan's end.
      const { phase, state } = await (await app.storage()).plans.get(bench.planId);
      if (phase === 'execute' && state === 'complete') return null;
      try {
        await bench.bench.execute(app, bench.planId);
        return null;
      } catch (thrown) {
        if (!(thrown instanceof WaitingError)) throw thrown;
        return String(thrown.hint);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
  }
}

/** All moments that a traced job said it came by, and how often. */
export function momentsIn(stdout: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const said = stdout.split('\n').filter((line) => /^(before|after|restore) /.test(line));
  for (const moment of said.slice(said.indexOf('before leases.acquire'))) {
    counts.set(moment, (counts.get(moment) ?? 0) + 1);
  }
  return counts;
}
