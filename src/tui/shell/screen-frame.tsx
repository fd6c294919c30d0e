import chalk from 'chalk';
import { render, type Instance } from 'ink';
import type { ReactElement } from 'react';
import { ThemeContext } from '../theme-context.ts';
import { themeFor, type ThemeName } from '../theme.ts';
import type { Pointed } from '../ui/pointed.ts';
import { systemJob, type Job } from './job.ts';
import { keyboardThrough } from './keyboard.ts';
import { MouseReports } from './mouse-reports.ts';
import { ResizeGate } from './resize-gate.ts';
import { ScreenOutput, type ScreenSize } from './screen-output.ts';
import type { Schedule } from './shell-controller.ts';

/** Gives the terminal away until `resume`. */
export type SuspendTerminal = () => Promise<{ resume(): Promise<void> }>;

/** Hears, before the first frame, how the terminal is given away; null: the screen is gone. */
export type OnMounted = (suspend: SuspendTerminal | null) => void;

/** What a screen is opened on. */
export interface FrameOptions {
  /** Terminals both. */
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** False: no colours and no attributes at all. */
  readonly colour: boolean;
  /** Default: `auto`. */
  readonly theme?: ThemeName | undefined;
  /** Default: the system's timers. */
  readonly schedule?: Schedule | undefined;
  /** Clicks and the wheel are read instead of left to the terminal (default: they are left to it). */
  readonly mouse?: boolean | undefined;
  /** The terminal shows an early frame already (default: it doesn't). */
  readonly begun?: boolean;
  /** Default: this process. */
  readonly job?: Job | undefined;
}

/** What is drawn on it. */
export interface FrameContent {
  readonly element: (onMounted: OnMounted) => ReactElement;
  /** Brings the components to another size, at once. */
  readonly resize: (size: ScreenSize) => void;
  /** What the mouse did: all of it that came at once. */
  readonly point: (pointed: readonly Pointed[]) => void;
}

/** The terminal while a screen has it. Everything of it that is changed is put back. */
export class ScreenFrame {
  readonly schedule: Schedule;
  readonly #options: FrameOptions;
  readonly #output: ScreenOutput;
  readonly #job: Job;
  readonly #endings: (() => void)[] = [];
  #content: FrameContent | null = null;
  #tree: ReactElement | null = null;
  #ink: Instance | null = null;
  #suspendTerminal: SuspendTerminal | null = null;
  #isSuspended = false;
  #isLent = false;
  #isClosed = false;

  constructor(options: FrameOptions) {
    this.#options = options;
    this.schedule = options.schedule ?? systemSchedule;
    this.#job = options.job ?? systemJob;
    this.#output = new ScreenOutput(options.stdout, options.begun);
    this.#output.readMouse(options.mouse ?? false);
  }

  get size(): ScreenSize {
    return this.#output.terminalSize();
  }

  /** Takes the terminal and draws. Resolves when the terminal is as before. @throws what broke the screen */
  async open(content: FrameContent): Promise<void> {
    const { stdin, stdout } = this.#options;
    this.#content = content;
    const gate = new ResizeGate(stdout, this.schedule, {
      hold: () => this.#hold(),
      apply: () => this.redraw(),
    });
    this.#endings.push(() => gate[Symbol.dispose]());
    this.#endings.push(this.#job.onContinue(() => this.redraw()));
    this.#tree = this.#makeTree(content);
    const { split } = new MouseReports();
    const ink = this.#render(this.#tree, keyboardThrough(stdin, { split, onPointed: content.point }));
    this.#ink = ink;
    try {
      await ink.waitUntilExit();
    } finally {
      for (const end of this.#endings) end();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#ink?.unmount();
  }

  /** Resolves when everything known so far is on the screen. */
  async drawn(): Promise<void> {
    await this.#ink?.waitUntilRenderFlush();
  }

  notify(text: string): void {
    this.#output.notify(text);
  }

  /** Writes what makes the terminal do something beside drawing. */
  control(sequence: string): void {
    this.#output.control(sequence);
  }

  /** Whether clicks and the wheel are read instead of left to the terminal. */
  readMouse(on: boolean): void {
    this.#output.readMouse(on);
  }

  /** Draws the whole screen for the terminal's size as it is now. */
  redraw(): void {
    // The screen is somebody else's meanwhile; it is drawn whole when it is given back.
    if (this.#isSuspended) return;
    this.#output.mute();
    const { size } = this;
    this.#makeFrameFor(size);
    // It broke meanwhile: the screen isn't ours any more.
    if (!this.#suspendTerminal) return;
    this.#ink?.clear();
    this.#output.adoptSize(size);
    this.#output.drawAnew();
  }

  /** Gives the terminal back to the shell that started this; goes on when the process is continued. */
  async suspend(): Promise<void> {
    await this.#giveAway(async () => {
      const continued = Promise.withResolvers<void>();
      const off = this.#job.onContinue(continued.resolve);
      // Closed while it is stopped: there is nothing to go on with.
      this.#endings.push(continued.resolve);
      this.#job.stop();
      await continued.promise;
      off();
    });
  }

  /** Gives the terminal to another program until `run` has ended. */
  async lend(run: () => Promise<void>): Promise<void> {
    await this.#giveAway(async () => {
      this.#isLent = true;
      await this.#stopReading();
      await run().finally(() => (this.#isLent = false));
    });
  }

  /** Nobody listens any more, but Node would go on reading: what is typed would never reach the other program. */
  async #stopReading(): Promise<void> {
    // That nobody listens is noticed with the next turn.
    await new Promise((resolve) => void setImmediate(resolve));
    this.#options.stdin.pause();
  }

  /** Another program has the terminal: what is typed there, Ctrl-C too, is meant for that one. */
  get isLent(): boolean {
    return this.#isLent;
  }

  async #giveAway(meanwhile: () => Promise<void>): Promise<void> {
    if (this.#isSuspended || !this.#suspendTerminal) return;
    this.#isSuspended = true;
    const terminal = await this.#suspendTerminal();
    const sleep = this.#job.keepAlive();
    try {
      await meanwhile();
    } finally {
      sleep();
      await this.#takeBack(terminal);
    }
  }

  async #takeBack(terminal: Awaited<ReturnType<SuspendTerminal>>): Promise<void> {
    if (this.#isClosed) return;
    const { size } = this;
    this.#makeFrameFor(size);
    this.#output.adoptSize(size);
    this.#isSuspended = false;
    await terminal.resume();
  }

  #makeTree(content: FrameContent): ReactElement {
    const { colour, theme } = this.#options;
    // Ink draws by it, and what it finds out by itself knows neither NO_COLOR nor that only sixteen colours are used.
    chalk.level = colour ? 1 : 0;
    return (
      <ThemeContext value={themeFor(colour, theme)}>
        {content.element((suspend) => (this.#suspendTerminal = suspend))}
      </ThemeContext>
    );
  }

  #render(tree: ReactElement, stdin: NodeJS.ReadStream): Instance {
    return render(tree, {
      stdin,
      stdout: this.#output.asStream,
      alternateScreen: true,
      incrementalRendering: true,
      // What is shown tells slowly and Ink draws fast: a key never waits behind events.
      maxFps: 60,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
  }

  #hold(): void {
    if (!this.#isSuspended) this.#output.mute();
  }

  /** Brings the components to another size now, and not when React finds the time. */
  #makeFrameFor(size: ScreenSize): void {
    this.#content?.resize(size);
    this.#ink?.rerender(this.#tree);
  }
}

const systemSchedule: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
