import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Sandbox, type Done, type Envelope } from './agents-process.ts';

const LOOP_DELAY = fileURLToPath(new URL('./loop-delay.mjs', import.meta.url));

/** Writes by shell and by file tools, one that fails once, and subplans side by side. */
const WORK = `
name: work
steps:
  - { id: a, run: 'echo a >> shared.log; sleep 0.1' }
  - { id: b, uses: fs.write, with: { path: b.txt, content: b } }
  - { id: look, run: 'sleep 0.2; cat shared.log', effect: read }
  - id: parts
    subplans:
      mode: parallel
      plans:
        - { name: x, steps: [{ run: 'echo x >> shared.log; sleep 0.05' }] }
        - { name: y, steps: [{ run: 'echo y > y.txt; sleep 0.05' }, { run: 'sleep 0.1', effect: read }] }
  - { id: flaky, run: 'test -e flaky || { touch flaky; exit 1; }; rm flaky', retries: { max: 2 } }
  - { id: c, run: 'echo c >> shared.log; sleep 0.1' }
`;
/** So that pruning has something to take. */
const SETTINGS = 'core:\n  checkpoints:\n    retention: { max_per_plan: 15 }\n    interval: { steps: 3 }\n';

/** What commands may end with while others are at the same plans: done, failed, gone meanwhile, waiting, refused. */
const EXPECTED_CODES = [0, 1, 4, 5, 6];
const NEVER = /SQLITE|database is (?:locked|held|damaged)|database_\w+|\n {4}at \w/;

interface Named {
  readonly id: string;
  readonly number: number;
  readonly root_plan_id: string;
}

/** How long a screen's event loop was held up at most, milliseconds; and how long without what the machine did instead. */
export interface LoopDelay {
  readonly max: number;
  readonly own: number;
}

/** Several people at once, each with a terminal, on one home and one folder. */
export class Crowd implements Disposable {
  readonly sandbox = new Sandbox();
  /** What was wrong, in words. */
  readonly faults: string[] = [];
  readonly delays: LoopDelay[] = [];
  /** How often each command ended with each code. */
  readonly ends = new Map<string, number>();
  readonly #plans: string[] = [];
  /** Each checkpoint that somebody was told of. */
  readonly #acknowledged = new Map<string, Named>();
  #screens = 0;

  constructor() {
    this.sandbox.write('work.plan.yaml', WORK);
    this.sandbox.write('.agentsrc', SETTINGS);
  }

  /** One person, who does something for each of these numbers until told that it is over. */
  async person(numbers: readonly number[], isOver: () => boolean = () => false): Promise<void> {
    for (const number of numbers) {
      if (isOver()) return;
      await this.#act(number);
    }
  }

  /** Ends what still runs and looks at everything. */
  async settle(): Promise<void> {
    for (const plan of new Set(this.#plans)) await this.#do('plan', 'cancel', plan);
    while (this.sandbox.processes().length > 0) await wait(20);
    const { exit_code, data } = await this.sandbox.json('storage', 'verify');
    if (exit_code !== 0) this.faults.push(`storage verify: ${JSON.stringify(data)}`);
    const there = new Set(this.sandbox.sql('select id from checkpoints').map(({ id }) => String(id)));
    for (const { id, number, root_plan_id } of this.#acknowledged.values())
      if (!there.has(id) && !this.#isGiven(root_plan_id, number))
        this.faults.push(`checkpoint ${number} of ${root_plan_id} is lost`);
    const open = this.sandbox.sql('select kind from operations where ended_at is null');
    if (open.length > 0) this.faults.push(`left open: ${JSON.stringify(open)}`);
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** What a number stands for: `what + 17 * how`, and the plan by the rest. */
  async #act(number: number): Promise<void> {
    const plan = this.#plans[(number % 997) % Math.max(1, this.#plans.length)];
    const [what, how] = [number % 17, Math.floor(number / 17)];
    if (plan === undefined || what < 2) return await this.#run(how % 3 === 0);
    const at = String(1 + (how % 12));
    const conflict = ['keep', 'take', 'both'][how % 3] as string;
    const moves: Readonly<Record<number, () => Promise<void>>> = {
      2: () => this.#watch(plan),
      3: () => this.#do('plan', 'pause', plan),
      4: () => this.#do('plan', 'resume', plan),
      5: () => this.#do('plan', how % 2 === 0 ? 'cancel' : 'stop', plan),
      6: () => this.#do('plan', 'execute', plan),
      7: () => this.#do('plan', 'rollback', plan, at, '--yes', '--stop', '--on-conflict', conflict),
      8: () => this.#do('plan', 'undo', plan, '--yes'),
      9: () => this.#do('plan', 'checkpoint', 'prune'),
      10: () => this.#do('storage', 'gc'),
      11: () => this.#do('plan', 'checkpoint', 'list', plan, '--tree'),
      12: () => this.#do('plan', 'checkpoint', 'delete', plan, at, '--yes'),
      13: async () => this.sandbox.write('shared.log', `by a person ${number}\n`),
      14: () => this.#do('plan', 'checkpoint', 'create', plan, '--label', `l${number}`, '--timeout', '3s'),
    };
    await (moves[what] ?? (() => this.#do('plan', 'checkpoint', 'create', plan, '--timeout', '3s')))();
  }

  /** Starts a plan and stays with it, or leaves it to itself. */
  async #run(detached: boolean): Promise<void> {
    await this.#do('plan', 'run', 'work.plan.yaml', detached ? '--detach' : '--json=stream');
  }

  async #watch(plan: string): Promise<void> {
    this.#screens += 1;
    const file = join(this.sandbox.root, `delay-${this.#screens}`);
    const env = { NODE_OPTIONS: `--import=${LOOP_DELAY}`, LOOP_DELAY_FILE: file };
    await using terminal = this.sandbox.terminal(['plan', 'watch', plan], { env });
    const isOpen = await terminal.shows(/q quit/).then(
      () => true,
      () => false,
    );
    if (!isOpen) return void this.faults.push(`watch shows nothing: ${terminal.text}`);
    // The first frame stands before the rest of the screen is loaded.
    await wait(1500);
    process.kill(terminal.pty.pid, 'SIGUSR2');
    // It looks at a plan that others are at.
    await wait(2000);
    terminal.press('q');
    const code = await terminal.exits();
    this.#count('plan watch', code);
    if (NEVER.test(terminal.raw)) this.faults.push(`watch says ${terminal.text}`);
    if (existsSync(file)) this.delays.push(JSON.parse(readFileSync(file, 'utf8')) as LoopDelay);
  }

  async #do(...args: readonly string[]): Promise<void> {
    const asked = args.some((word) => word.startsWith('--json')) ? args : [...args, '--json'];
    const done = await this.sandbox.start(asked).done;
    this.#judge(args, done);
    for (const line of done.stdout.trim().split('\n')) this.#hear(JSON.parse(line) as Envelope & Told);
  }

  #hear(said: Envelope & Told): void {
    const { checkpoint = said.payload?.checkpoint, checkpoints } = (said.data ?? {}) as Stored;
    // A run counts its checkpoints.
    const named = [...(checkpoint ? [checkpoint] : []), ...(Array.isArray(checkpoints) ? checkpoints : [])];
    if (said.command !== 'plan checkpoint delete')
      for (const one of named) this.#acknowledged.set(one.id, one);
    if (said.command === 'plan run' && said.data?.plan_id) this.#plans.push(said.data.plan_id as string);
    else if (said.type === 'plan.created' && said.plan_id === said.root_plan_id)
      this.#plans.push(said.plan_id);
  }

  #judge(args: readonly string[], { code, stdout, stderr }: Done): void {
    this.#count(args.slice(0, args[1] === 'checkpoint' ? 3 : 2).join(' '), code);
    const isExpected = code !== null && EXPECTED_CODES.includes(code);
    if (isExpected && !NEVER.test(stdout + stderr)) return;
    this.faults.push(`${args.join(' ')} (${code}): ${stdout.slice(-1500)} ${stderr.slice(-1500)}`);
  }

  #count(what: string, code: number | null): void {
    const key = `${what} ${code}`;
    this.ends.set(key, (this.ends.get(key) ?? 0) + 1);
  }

  /** True if somebody asked for its end, or retention took it: that stands in the history. */
  #isGiven(rootId: string, number: number): boolean {
    const rows = this.sandbox.sql(
      "select payload from plan_events where root_plan_id = ? and type in ('checkpoint.deleted', 'checkpoint.pruned')",
      rootId,
    );
    return rows.some(({ payload }) => {
      const given = JSON.parse(String(payload)) as { number?: number; numbers?: readonly NumberRange[] };
      return (
        given.number === number || (given.numbers ?? []).some(([from, to]) => from <= number && number <= to)
      );
    });
  }

  [Symbol.dispose](): void {
    this.sandbox[Symbol.dispose]();
  }
}

type NumberRange = readonly [from: number, to: number];

interface Stored {
  readonly checkpoint?: Named;
  readonly checkpoints?: readonly Named[] | number;
}

interface Told {
  readonly type?: string;
  readonly plan_id: string;
  readonly root_plan_id?: string;
  readonly payload?: { readonly checkpoint?: Named };
}
