import { toErrorValue } from '../../src/domain/errors.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import type { PlanSummary } from '../../src/domain/plan.ts';
import type {
  HomeDocument,
  HomeForm,
  HomeInput,
  HomeListener,
  HomePlan,
  HomePlans,
  HomeSource,
} from '../../src/ports/home-source.ts';
import type { PlanFootprint } from '../../src/ports/plan-store.ts';
import { openHome, type Home, type HomeOptions } from '../../src/tui/shell/open-home.tsx';
import { FakeCommandLine } from './fake-command-line.ts';
import { FakeTime } from './fake-time.ts';
import { FakeJob, UNICODE } from './open-plan.ts';
import { ScreenTerminal } from './screen-terminal.ts';

/** A plan's id whose short form is its number. */
export const planId = (number: number): PlanId => `01JD7K3V0000000000${String(number).padStart(8, '0')}`;

export interface PlanLook
  extends Partial<Pick<HomePlan, 'steps' | 'source' | 'waiting' | 'isRun'>>, Partial<PlanSummary> {}

/** A plan as home lists it; the higher the number, the newer. */
export function homePlan(number: number, look: PlanLook = {}): HomePlan {
  const { steps = { complete: 2, total: 4 }, source = null, waiting = 0, isRun = false, ...more } = look;
  const id = planId(number);
  const plan: PlanSummary = {
    plan_id: id,
    root_plan_id: id,
    parent_id: null,
    forked_from: null,
    name: `plan-${number}`,
    goal: `The goal of ${number}`,
    phase: 'execute',
    state: 'complete',
    workspace: '/home/me/project',
    checkpoints: number,
    last_checkpoint_id: null,
    error: null,
    created_at: new Date(Date.parse('2026-11-21T01:00:00.000Z') + number * 60_000).toISOString(),
    updated_at: '2026-11-21T02:00:00.000Z',
    ...more,
  };
  return { plan, steps, checkpoints: plan.checkpoints, source, waiting, isRun };
}

export const homeDocument = (name: string, more: Partial<HomeDocument> = {}): HomeDocument => ({
  file: `${name}.plan.yaml`,
  name,
  goal: `What ${name} is for`,
  fault: null,
  ...more,
});

export const homeInput = (name: string, more: Partial<HomeInput> = {}): HomeInput => ({
  name,
  type: 'string',
  description: null,
  fallback: null,
  options: null,
  secret: false,
  faultOf: () => null,
  ...more,
});

/** Plans and documents in memory; what is asked of it is kept, and may be refused. */
export class FakeHome implements HomeSource {
  folder = '/home/me/project';
  items: HomePlan[] = [];
  elsewhere: HomePlan[] = [];
  hasMore = false;
  found: HomeDocument[] = [];
  inputs: Readonly<Record<string, readonly HomeInput[]>> = {};
  refusal: Error | null = null;
  readonly asked: unknown[] = [];
  readonly #listeners = new Set<HomeListener>();

  get watchers(): number {
    return this.#listeners.size;
  }

  async plans(everywhere: boolean): Promise<HomePlans> {
    await Promise.resolve();
    return {
      items: everywhere ? [...this.items, ...this.elsewhere] : [...this.items],
      hasMore: this.hasMore,
    };
  }
  async documents(): Promise<readonly HomeDocument[]> {
    await Promise.resolve();
    return [...this.found];
  }
  async form(file: string): Promise<HomeForm> {
    await this.#ask({ form: file });
    const found = this.found.find((one) => one.file === file);
    return {
      file,
      name: found?.name ?? file,
      goal: found?.goal ?? null,
      workspace: this.folder,
      inputs: this.inputs[file] ?? [],
    };
  }
  async create(file: string, inputs: Readonly<Record<string, string>>): Promise<PlanSummary> {
    await this.#ask({ create: file, inputs });
    return homePlan(99, { name: file, state: 'queued' }).plan;
  }
  async find(reference: string): Promise<PlanSummary> {
    await this.#ask({ find: reference });
    return homePlan(98, { name: reference, state: 'errored' }).plan;
  }
  async footprint(id: PlanId): Promise<PlanFootprint> {
    await this.#ask({ footprint: id });
    return { plans: 3, events: 120, parts: 40, checkpoints: 1, requests: 0 };
  }
  async remove(id: PlanId): Promise<void> {
    await this.#ask({ remove: id });
    this.items = this.items.filter(({ plan }) => plan.plan_id !== id);
  }
  watch(listener: HomeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Something is new. */
  change(): void {
    for (const listener of this.#listeners) listener.onChange();
  }
  fault(thrown: Error | null): void {
    for (const listener of this.#listeners) listener.onFault(thrown && toErrorValue(thrown));
  }

  async #ask(what: unknown): Promise<void> {
    this.asked.push(what);
    await Promise.resolve();
    if (this.refusal) throw this.refusal;
  }
}

export interface OpenHomeOptions extends Partial<
  Pick<HomeOptions, 'colour' | 'glyphs' | 'memory' | 'failed' | 'keys' | 'fault' | 'mouse'>
> {
  readonly columns?: number;
  readonly rows?: number;
  /** What is there before the screen opens. */
  readonly with?: (home: FakeHome) => void;
}

/** The real home screen over plans in memory, on a terminal in memory. */
export class OpenHome implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly home = new FakeHome();
  readonly commandLine = new FakeCommandLine();
  readonly job = new FakeJob();
  readonly terminal: ScreenTerminal;
  readonly shell: Home;

  constructor({ columns = 120, rows = 36, with: fill, ...options }: OpenHomeOptions = {}) {
    this.terminal = new ScreenTerminal(columns, rows);
    fill?.(this.home);
    this.shell = openHome({
      source: this.home,
      commandLine: this.commandLine,
      clock: this.time,
      stdin: this.terminal.stdin,
      stdout: this.terminal.stdout,
      schedule: this.time.schedule,
      job: this.job,
      colour: true,
      glyphs: UNICODE,
      memory: null,
      failed: null,
      ...options,
    });
  }

  /** Resolves when the screen shows all that has happened and was typed. */
  async settle(): Promise<string> {
    await new Promise((resolve) => void setImmediate(resolve));
    await this.shell.drawn();
    await this.terminal.drained();
    return this.terminal.text();
  }
  /** Types keys as one chunk, and waits for what comes of it. */
  async type(keys: string): Promise<string> {
    this.terminal.type(keys);
    await this.settle();
    return await this.settle();
  }
  /** Presses one key; a lone Esc is held back for a moment, because longer sequences begin with it. */
  async press(key: string): Promise<string> {
    this.terminal.type(key);
    // Ink waits 20 ms for the rest of a sequence.
    if (key === '\u001B') await new Promise((resolve) => void setTimeout(resolve, 26));
    await this.settle();
    return await this.settle();
  }
  async pass(ms: number): Promise<string> {
    this.time.advance(ms);
    return await this.settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shell.close();
    await this.shell.done.catch(() => undefined);
    this.terminal[Symbol.dispose]();
  }
}
