import chalk from 'chalk';
import { render, type Instance } from 'ink';
import type { ReactElement } from 'react';
import type { PlanId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OutputSource } from '../../ports/output-source.ts';
import type { PlanControl } from '../../ports/plan-control.ts';
import type { PlanFeed } from '../../ports/plan-feed.ts';
import type { TriggerSettings } from '../../ports/trigger-settings.ts';
import { EffectRunner, type LeaveIntent } from './effect-runner.ts';
import { systemJob, type Job } from './job.ts';
import { PlanScreen, type SuspendTerminal } from '../screens/plan-screen.tsx';
import { ResizeGate } from './resize-gate.ts';
import { ScreenOutput, type ScreenSize } from './screen-output.ts';
import { ShellController, type Schedule } from './shell-controller.ts';
import { ViewStore } from '../store/view-store.ts';
import { ThemeContext, themeFor } from '../theme.ts';
import type { SnapshotSource } from './snapshot-cache.ts';
import { TriggerWatch } from './trigger-watch.ts';
import type { Glyphs } from '../words/glyphs.ts';

export type { LeaveIntent } from './effect-runner.ts';

/** What the shell looks at a plan with, and acts on it through. */
export interface ShellServices {
  readonly feed: PlanFeed;
  readonly control: PlanControl;
  readonly output: OutputSource;
  readonly snapshots: SnapshotSource;
  readonly triggers: TriggerSettings;
  readonly clock: Clock;
}

export interface ShellOptions {
  readonly services: ShellServices;
  readonly rootId: PlanId;
  /** The plan that was named: the root or one of its subplans. */
  readonly planId: PlanId;
  readonly glyphs: Glyphs;
  /** Terminals both. */
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** False: no colours and no attributes at all. */
  readonly colour: boolean;
  /** Leaving asks what becomes of the run. Default: as long as the feed says that the run is ours. */
  readonly ownsRun?: boolean;
  /** Percent of the columns that the plan gets beside the other panes; default 38. */
  readonly sideWidth?: number;
  /** Default: the system's timers. */
  readonly schedule?: Schedule;
  /** Default: this process. */
  readonly job?: Job;
}

/** A screen that is open. */
export interface Shell {
  /** Resolves when the terminal is as before, with how the person left. @throws what broke the screen */
  readonly done: Promise<LeaveIntent>;
  /** Closes it from outside; does nothing if it is closed. Default: as if the person had quit. */
  close(intent?: LeaveIntent): void;
  /** Resolves when everything known so far is on the screen. */
  drawn(): Promise<void>;
}

/** Shows a plan until the person leaves. Everything of the terminal that it changes is put back. */
export function openShell(options: ShellOptions): Shell {
  return new OpenShell(options);
}

class OpenShell implements Shell {
  readonly done: Promise<LeaveIntent>;
  readonly #options: ShellOptions;
  readonly #output: ScreenOutput;
  readonly #store: ViewStore;
  readonly #controller: ShellController;
  readonly #tree: ReactElement;
  readonly #ink: Instance;
  /** Ends what is open beside the screen. */
  readonly #endings: (() => void)[] = [];
  #intent: LeaveIntent | null = null;
  #suspendTerminal: SuspendTerminal | null = null;
  #isSuspended = false;

  constructor(options: ShellOptions) {
    this.#options = options;
    const { services, rootId, planId, glyphs, stdin, stdout, schedule = systemSchedule } = options;
    this.#output = new ScreenOutput(stdout);
    this.#store = new ViewStore({ feed: services.feed, output: services.output, glyphs, rootId, schedule });
    const effects = this.#opened(
      new EffectRunner({
        control: services.control,
        triggers: services.triggers,
        rootId,
        planId,
        send: (event) => this.#controller.send(event),
        leave: (intent) => this.close(intent),
        suspend: () => this.#suspend(),
        redraw: () => this.#repaint(),
      }),
    );
    this.#controller = this.#opened(
      new ShellController({
        store: this.#store,
        snapshots: services.snapshots,
        clock: services.clock,
        size: this.#output.terminalSize(),
        sideWidth: options.sideWidth ?? SIDE_WIDTH,
        runEffects: (list) => effects.run(list),
        onBell: () => this.#output.bell(),
        glyphs,
        schedule,
        ownsRun: options.ownsRun ?? null,
      }),
    );
    this.#opened(new TriggerWatch(services.triggers, this.#controller));
    this.#opened(
      new ResizeGate(stdout, schedule, { hold: () => this.#hold(), apply: () => this.#repaint() }),
    );
    this.#endings.push(this.#job.onContinue(() => this.#repaint()));
    // The history that is there at once is in the first frame.
    this.#store.start();
    this.#tree = this.#makeTree();
    this.#ink = this.#render(stdin);
    this.done = this.#leave();
  }

  close(intent: LeaveIntent = { kind: 'quit' }): void {
    this.#intent ??= intent;
    this.#ink.unmount();
  }

  drawn(): Promise<void> {
    return this.#ink.waitUntilRenderFlush();
  }

  get #job(): Job {
    return this.#options.job ?? systemJob;
  }

  #makeTree(): ReactElement {
    const { glyphs, colour } = this.#options;
    // Ink draws by it, and what it finds out by itself knows neither NO_COLOR nor that only sixteen colours are used.
    chalk.level = colour ? 1 : 0;
    return (
      <ThemeContext value={themeFor(colour)}>
        <PlanScreen
          controller={this.#controller}
          glyphs={glyphs}
          onMounted={(suspend) => (this.#suspendTerminal = suspend)}
        />
      </ThemeContext>
    );
  }

  #render(stdin: NodeJS.ReadStream): Instance {
    return render(this.#tree, {
      stdin,
      stdout: this.#output.asStream,
      alternateScreen: true,
      incrementalRendering: true,
      // The store tells slowly and Ink draws fast: a key never waits behind events.
      maxFps: 60,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
  }

  async #leave(): Promise<LeaveIntent> {
    try {
      await this.#ink.waitUntilExit();
    } finally {
      for (const end of this.#endings) end();
      await this.#store.stop();
    }
    return this.#intent ?? { kind: 'quit' };
  }

  #opened<T extends Disposable>(part: T): T {
    this.#endings.push(() => part[Symbol.dispose]());
    return part;
  }

  #hold(): void {
    if (!this.#isSuspended) this.#output.mute();
  }

  /** Draws the whole screen for the terminal's size as it is now. */
  #repaint(): void {
    // The screen is somebody else's meanwhile; it is drawn whole when it is given back.
    if (this.#isSuspended) return;
    this.#output.mute();
    const size = this.#output.terminalSize();
    this.#makeFrameFor(size);
    // It broke meanwhile: the screen isn't ours any more.
    if (!this.#suspendTerminal) return;
    this.#ink.clear();
    this.#output.adoptSize(size);
    this.#output.drawAnew();
  }

  /** Brings the components to another size now, and not when React finds the time. */
  #makeFrameFor(size: ScreenSize): void {
    this.#controller.resize(size);
    this.#ink.rerender(this.#tree);
  }

  /** Gives the terminal back to the shell that started this; goes on when the process is continued. */
  async #suspend(): Promise<void> {
    if (this.#isSuspended || !this.#suspendTerminal) return;
    this.#isSuspended = true;
    const terminal = await this.#suspendTerminal();
    const continued = Promise.withResolvers<void>();
    const endings = [this.#job.keepAlive(), this.#job.onContinue(continued.resolve)];
    // Closed while it is stopped: there is nothing to go on with.
    this.#endings.push(continued.resolve);
    this.#job.stop();
    await continued.promise;
    for (const end of endings) end();
    if (this.#intent) return;
    const size = this.#output.terminalSize();
    this.#makeFrameFor(size);
    this.#output.adoptSize(size);
    this.#isSuspended = false;
    await terminal.resume();
  }
}

/** Percent, as in the configuration's default. */
const SIDE_WIDTH = 38;

const systemSchedule: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
