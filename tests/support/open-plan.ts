import type { PlanFeed } from '../../src/ports/plan-feed.ts';
import type { Glyphs } from '../../src/tui/words/glyphs.ts';
import { glyphsFor } from '../../src/tui/words/glyphs.ts';
import type { TerminalPrograms } from '../../src/ports/terminal-programs.ts';
import type { Job } from '../../src/tui/shell/job.ts';
import { openShell, type Shell, type ShellOptions } from '../../src/tui/shell/open-shell.tsx';
import { FakeCommandLine } from './fake-command-line.ts';
import { FakePlan, ROOT } from './fake-plan.ts';
import { FakeTime } from './fake-time.ts';
import { ScreenTerminal } from './screen-terminal.ts';

export const UNICODE = glyphsFor('unicode', {});
export const ASCII = glyphsFor('ascii', {});

/** Ink waits 20 ms for the rest of a sequence. */
const ESC_HELD_MS = 26;

/** A process that only says that it was stopped. */
export class FakeJob implements Job {
  stops = 0;
  awake = 0;
  readonly #listeners = new Set<() => void>();

  stop(): void {
    this.stops += 1;
  }
  onContinue(run: () => void): () => void {
    this.#listeners.add(run);
    return () => void this.#listeners.delete(run);
  }
  keepAlive(): () => void {
    this.awake += 1;
    return () => (this.awake -= 1);
  }
  continue(): void {
    this.#listeners.forEach((run) => run());
  }
}

/** The pager and the editor of a person: each call is kept, and ends when the test says so. */
export class FakePrograms implements TerminalPrograms {
  readonly ran: (readonly [string, string])[] = [];
  refusal: Error | null = null;
  ended: Promise<void> = Promise.resolve();

  page(text: string): Promise<void> {
    return this.#run('page', text);
  }
  view(file: string): Promise<void> {
    return this.#run('view', file);
  }
  edit(file: string): Promise<void> {
    return this.#run('edit', file);
  }

  async #run(what: string, on: string): Promise<void> {
    this.ran.push([what, on]);
    await this.ended;
    if (this.refusal) throw this.refusal;
  }
}

export interface OpenPlanOptions extends Partial<
  Pick<
    ShellOptions,
    'colour' | 'sideWidth' | 'keys' | 'fault' | 'inTmux' | 'theme' | 'notify' | 'mouse' | 'begun'
  >
> {
  readonly columns?: number;
  readonly rows?: number;
  readonly glyphs?: Glyphs;
  /** False: a terminal that draws some signs wider than others do. */
  readonly strict?: boolean;
  /** null: as the feed says. Default: true. */
  readonly ownsRun?: boolean | null;
  /** Default: the fake plan's. */
  readonly feed?: PlanFeed;
  /** What has happened before the screen opens. */
  readonly history?: (plan: FakePlan) => void;
}

/** The real screen of a fake plan on a terminal in memory. */
export class OpenPlan implements AsyncDisposable {
  readonly time = new FakeTime();
  readonly plan = new FakePlan(this.time);
  readonly job = new FakeJob();
  readonly programs = new FakePrograms();
  readonly commandLine = new FakeCommandLine();
  readonly terminal: ScreenTerminal;
  readonly shell: Shell;

  constructor({
    columns = 120,
    rows = 36,
    glyphs = UNICODE,
    history,
    ownsRun = true,
    strict = true,
    feed,
    ...options
  }: OpenPlanOptions = {}) {
    this.terminal = new ScreenTerminal(columns, rows, strict);
    history?.(this.plan);
    this.shell = openShell({
      services: {
        feed: feed ?? this.plan.feed,
        control: this.plan,
        output: this.plan.output,
        snapshots: this.plan.snapshots,
        files: this.plan.files,
        rollbacks: async () => this.plan.rollbacks,
        compensations: async () => this.plan.rollbacks.compensations,
        triggers: this.plan.settings,
        programs: this.programs,
        commandLine: this.commandLine,
        clock: this.time,
      },
      rootId: ROOT,
      planId: ROOT,
      stdin: this.terminal.stdin,
      stdout: this.terminal.stdout,
      colour: true,
      ...(ownsRun === null ? {} : { ownsRun }),
      schedule: this.time.schedule,
      job: this.job,
      glyphs,
      ...options,
    });
  }

  /** Resolves when the screen shows all that has happened and was typed. */
  async settle(): Promise<string> {
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
    if (key === '\u001B') await this.#untilLet();
    await this.settle();
    return await this.settle();
  }
  /** The keyboard begins to hold the key back once it has heard it: a wait that began before could end before. */
  async #untilLet(): Promise<void> {
    await this.settle();
    await new Promise((resolve) => void setImmediate(resolve));
    await new Promise((resolve) => void setTimeout(resolve, ESC_HELD_MS));
  }
  /** Lets time pass. */
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
