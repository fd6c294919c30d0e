import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { Sandbox, type Envelope } from './agents-process.ts';
import { ONCE_FILES, ONCE_PLAN } from './once-plan.ts';
import { seeFolder, type SeenPath } from './workspace-bench.ts';

/** When a process is killed: so many milliseconds after the event that it told as its `at`-th, or after a path came to be there. */
export interface Kill {
  readonly at: number | string;
  readonly delayMs: number;
  /** Only the process that runs the plan, so that its tools live on; or all that it started too. */
  readonly whom: 'runner' | 'all';
}

/** What must be the same however often it was killed. */
export interface OnceEnd {
  readonly files: ReadonlyMap<string, SeenPath>;
  readonly outputs: unknown;
  /** How often each step's call ended with a result, and how. */
  readonly calls: readonly Record<string, unknown>[];
}

interface Told {
  readonly plan_id: string;
  readonly seq: number;
  readonly type: string;
  readonly payload: { readonly checkpoint?: { readonly id: string; readonly number: number } };
}

const LIST = ['plan', 'checkpoint', 'list', 'last', '--tree'] as const;
const CALLS = `select p.name, s.payload ->> '$.step_id' as step, c.type, count(*) as n
  from plan_events c join plan_events s on s.type = 'tool.started' and s.payload ->> '$.call_id' = c.payload ->> '$.call_id'
  join plans p on p.id = c.plan_id where c.type in ('tool.completed', 'tool.failed') group by 1, 2, 3 order by 1, 2, 3`;

/** The plan of once-plan.ts, run by the built program in a home and a folder of its own, and killed. */
export class OnceStory implements Disposable {
  readonly sandbox = new Sandbox();
  /** All events that somebody was told of: none of them may be lost. */
  readonly told = new Map<number, Told>();
  /** From the start of each process that goes on until it does, milliseconds. */
  readonly readyMs: number[] = [];
  /** How often a person had to say what becomes of a write that was cut off. */
  asked = 0;

  constructor() {
    for (const [path, text] of Object.entries(ONCE_FILES)) {
      mkdirSync(dirname(join(this.sandbox.workspace, path)), { recursive: true });
      this.sandbox.write(path, text);
    }
    this.sandbox.write('once.plan.yaml', ONCE_PLAN);
  }

  /** Runs the plan to its end; each process in turn is killed as told, the last one isn't. */
  async run(kills: readonly Kill[] = []): Promise<OnceEnd> {
    const left = [...kills];
    let more: readonly string[] = [];
    for (;;) {
      const args = (await this.#isThere())
        ? ['plan', 'execute', 'last', ...more]
        : ['plan', 'run', 'once.plan.yaml'];
      const answer = await this.#runOnce(args, left.shift());
      if (answer?.exit_code === 0 || answer?.error?.code === 'plan_ended')
        return this.#end(answer.data.outputs);
      if (answer === null) continue;
      if (answer.error?.code !== 'unfinished_write')
        throw new Error(`${args.join(' ')}: ${JSON.stringify(answer)}`);
      more = await this.#decide(answer.error.message);
    }
  }

  /** @returns what it answered, null if it was killed first */
  async #runOnce(args: readonly string[], kill?: Kill): Promise<Envelope | null> {
    const startedAt = performance.now();
    const { child, done } = this.sandbox.start([...args, '--json=stream']);
    let isReady = args[1] === 'run';
    let count = 0;
    let answer: Envelope | null = null;
    for await (const line of createInterface({ input: child.stdout! })) {
      const said = readLine(line);
      if (said === null) continue;
      if ('exit_code' in said) answer = said;
      else {
        this.told.set(said.seq, said);
        if (!isReady && said.type === 'plan.resumed') {
          isReady = true;
          this.readyMs.push(performance.now() - startedAt);
        }
        if ((count += 1) === kill?.at) void this.#kill(kill, child.pid as number);
        if (count === 1 && typeof kill?.at === 'string') void this.#killOnceThere(kill.at, kill, child);
      }
    }
    await done;
    return answer;
  }

  async #killOnceThere(path: string, kill: Kill, child: ChildProcess): Promise<void> {
    while (!existsSync(join(this.sandbox.workspace, path)) && child.exitCode === null) await wait(1);
    await this.#kill(kill, child.pid as number);
  }

  async #kill({ delayMs, whom }: Kill, pid: number): Promise<void> {
    await wait(delayMs);
    const others = whom === 'all' ? this.sandbox.processes() : [];
    for (const one of [pid, ...others]) {
      try {
        process.kill(one, 'SIGKILL');
      } catch (thrown) {
        // It has ended by itself meanwhile.
        if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
      }
    }
  }

  async #isThere(): Promise<boolean> {
    if (this.told.size > 0) return true;
    const { data } = await this.sandbox.json('plan', 'list');
    return (data?.plans ?? []).length > 0;
  }

  /** What a person does who can't tell how far a write came: puts the files back to before it, and lets it run again. */
  async #decide(message: string): Promise<readonly string[]> {
    this.asked += 1;
    const step = / step (\S+)$/.exec(message)?.[1] ?? '';
    const { data } = await this.sandbox.json(...LIST);
    const before = data.checkpoints.findLast(
      (one: Record<string, unknown>) => one['trigger'] === 'on_tool_write' && one['step_id'] === step,
    );
    const back = ['plan', 'rollback', 'last', String(before.number), '--files-only'];
    const { error } = await this.sandbox.json(...back, '--on-conflict', 'take', '--yes');
    if (error) throw new Error(`${message}\n${JSON.stringify(error)}`);
    return ['--rerun', step];
  }

  #end(outputs: unknown): OnceEnd {
    const files = withoutOrder(seeFolder(this.sandbox.workspace));
    return { files, outputs, calls: this.sandbox.sql(CALLS) };
  }

  /** What was told and isn't there any more: nothing, ever. */
  async lost(): Promise<readonly unknown[]> {
    const events = new Map(
      this.sandbox.sql('select seq, type from plan_events').map(({ seq, type }) => [seq, type]),
    );
    const { data } = await this.sandbox.json(...LIST);
    const listed = new Set(
      data.checkpoints.map(({ id, number }: Told & { id: string; number: number }) => `${id} ${number}`),
    );
    return [...this.told.values()].filter(({ seq, type, payload: { checkpoint } }) => {
      const isListed = type !== 'checkpoint.created' || listed.has(`${checkpoint?.id} ${checkpoint?.number}`);
      return events.get(seq) !== type || !isListed;
    });
  }

  [Symbol.dispose](): void {
    this.sandbox[Symbol.dispose]();
  }
}

/** Subplans that run side by side write into their common file in any order. */
export function withoutOrder(seen: ReadonlyMap<string, SeenPath>): ReadonlyMap<string, SeenPath> {
  const common = seen.get('common.log');
  if (!common) return seen;
  const lines = Buffer.from(common.content, 'hex').toString().split('\n').toSorted();
  return new Map([...seen, ['common.log', { ...common, content: lines.join('\n') }]]);
}

/** null: the last line of a process that was killed while it spoke. */
function readLine(line: string): Told | Envelope | null {
  try {
    return JSON.parse(line) as Told | Envelope;
  } catch {
    return null;
  }
}
