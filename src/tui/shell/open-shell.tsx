import type { PlanId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandLine } from '../../ports/command-line.ts';
import type { FileHistory } from '../../ports/file-history.ts';
import type { OutputSource } from '../../ports/output-source.ts';
import type { PlanControl } from '../../ports/plan-control.ts';
import type { PlanFeed } from '../../ports/plan-feed.ts';
import type { TerminalPrograms } from '../../ports/terminal-programs.ts';
import type { TriggerSettings } from '../../ports/trigger-settings.ts';
import { CommandRunner } from '../command/command-runner.ts';
import { EffectRunner, type LeaveIntent } from './effect-runner.ts';
import { DEFAULT_KEYS, type KeyMap } from '../keys/find-key.ts';
import { faultToast } from '../ui/fault-toast.ts';
import type { UiState } from '../ui/ui-state.ts';
import { PlanScreen } from '../screens/plan-screen.tsx';
import { RollbackRunner, type ScreenCompensations, type ScreenRollbacks } from './rollback-runner.ts';
import { ScreenFrame, type FrameOptions } from './screen-frame.tsx';
import { ShellController } from './shell-controller.ts';
import { ViewStore } from '../store/view-store.ts';
import type { SnapshotSource } from './snapshot-cache.ts';
import { TerminalRunner } from './terminal-runner.ts';
import { TriggerWatch } from './trigger-watch.ts';
import type { Glyphs } from '../words/glyphs.ts';

export type { LeaveIntent } from './effect-runner.ts';

/** What the shell looks at a plan with, and acts on it through. */
export interface ShellServices {
  readonly feed: PlanFeed;
  readonly control: PlanControl;
  readonly output: OutputSource;
  readonly snapshots: SnapshotSource;
  readonly files: FileHistory;
  readonly rollbacks: () => Promise<ScreenRollbacks>;
  readonly compensations: () => Promise<ScreenCompensations>;
  readonly triggers: TriggerSettings;
  readonly programs: TerminalPrograms;
  readonly commandLine: CommandLine;
  readonly clock: Clock;
}

export interface ShellOptions extends FrameOptions {
  readonly services: ShellServices;
  readonly rootId: PlanId;
  /** The plan that was named: the root or one of its subplans. */
  readonly planId: PlanId;
  readonly glyphs: Glyphs;
  /** Leaving asks what becomes of the run. Default: as long as the feed says that the run is ours. */
  readonly ownsRun?: boolean;
  /** Percent of the columns that the plan gets beside the other panes; default 38. */
  readonly sideWidth?: number;
  /** Default: the key table as it is. */
  readonly keys?: KeyMap;
  /** Copies have to go through it. */
  readonly inTmux?: boolean;
  /** Bell and notice when the plan waits, has failed or is done; default true. */
  readonly notify?: boolean;
  /** What is wrong with the settings: said once, at the beginning. */
  readonly fault?: string | null;
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
  readonly #frame: ScreenFrame;
  readonly #store: ViewStore;
  readonly #controller: ShellController;
  /** Ends what is open beside the screen. */
  readonly #endings: (() => void)[] = [];
  /** Ends the patience with which the first frame is put off. */
  readonly #waiting = Promise.withResolvers<void>();
  #intent: LeaveIntent | null = null;

  constructor(options: ShellOptions) {
    const { services, rootId, planId, glyphs } = options;
    this.#frame = new ScreenFrame(options);
    const { schedule } = this.#frame;
    this.#store = new ViewStore({ feed: services.feed, output: services.output, glyphs, rootId, schedule });
    const commands = this.#opened(
      new CommandRunner({
        source: services.commandLine,
        schedule,
        send: (event) => this.#controller.send(event),
      }),
    );
    const rollbacks = this.#opened(
      new RollbackRunner({
        rollbacks: services.rollbacks,
        compensations: services.compensations,
        glyphs,
        rootId,
        workspace: () => this.#store.getView().workspace,
        send: (event) => this.#controller.send(event),
      }),
    );
    const effects = this.#opened(
      new EffectRunner({
        control: services.control,
        triggers: services.triggers,
        commands,
        rollbacks,
        terminal: this.#terminalRunner(options),
        rootId,
        planId,
        send: (event) => this.#controller.send(event),
        leave: (intent) => this.close(intent),
        suspend: () => this.#frame.suspend(),
        redraw: () => this.#frame.redraw(),
      }),
    );
    this.#controller = this.#opened(
      new ShellController({
        store: this.#store,
        snapshots: services.snapshots,
        files: services.files,
        rollbacks: services.rollbacks,
        clock: services.clock,
        size: this.#frame.size,
        sideWidth: options.sideWidth ?? SIDE_WIDTH,
        runEffects: (list) => effects.run(list),
        onNotice: (text) => this.#frame.notify(text),
        glyphs,
        schedule,
        ownsRun: options.ownsRun ?? null,
        initial: initialOf(options),
      }),
    );
    this.#opened(new TriggerWatch(services.triggers, this.#controller));
    // The history that is there at once is in the first frame.
    this.#store.start();
    this.done = this.#untilLeft(glyphs, options.begun ?? false);
  }

  close(intent: LeaveIntent = { kind: 'quit' }): void {
    // The keyboard sends it to everybody at the terminal, but it was meant for who has that now.
    if (this.#frame.isLent && intent.kind === 'signal' && intent.name === 'SIGINT') return;
    this.#intent ??= intent;
    this.#waiting.resolve();
    this.#frame.close();
  }

  drawn(): Promise<void> {
    return this.#frame.drawn();
  }

  async #untilLeft(glyphs: Glyphs, begun: boolean): Promise<LeaveIntent> {
    const controller = this.#controller;
    try {
      // What stands there says more than a frame without a plan would.
      if (begun) await this.#firstView();
      const shown = this.#frame.open({
        element: (onMounted) => <PlanScreen controller={controller} glyphs={glyphs} onMounted={onMounted} />,
        resize: (size) => controller.resize(size),
        point: (pointed) => controller.point(pointed),
      });
      // It was closed before it was there.
      if (this.#intent) this.#frame.close();
      await shown;
    } finally {
      for (const end of this.#endings) end();
      await this.#store.stop();
    }
    return this.#intent ?? { kind: 'quit' };
  }

  #terminalRunner({ services, inTmux = false }: ShellOptions): TerminalRunner {
    return new TerminalRunner({
      programs: services.programs,
      workspace: () => this.#store.getView().workspace,
      write: (sequence) => this.#frame.control(sequence),
      lend: (run) => this.#frame.lend(run),
      readMouse: (on) => this.#frame.readMouse(on),
      inTmux,
      send: (event) => this.#controller.send(event),
    });
  }

  /** Resolves when there is a plan to show, or when there has been none for a while. */
  async #firstView(): Promise<void> {
    if (this.#store.getView().tree.plans.size > 0) return;
    const { promise, resolve } = this.#waiting;
    const ends = [this.#store.subscribe(resolve), this.#frame.schedule(PATIENCE_MS, resolve)];
    await promise;
    for (const end of ends) end();
  }

  #opened<T extends Disposable>(part: T): T {
    this.#endings.push(() => part[Symbol.dispose]());
    return part;
  }
}

/** What the settings make of the screen before anything is pressed. */
function initialOf({ keys, notify, mouse, fault }: ShellOptions): Partial<UiState> {
  return {
    keys: keys ?? DEFAULT_KEYS,
    notify: notify ?? true,
    mouse: mouse ?? false,
    toast: fault ? faultToast(fault) : null,
  };
}

/** So long an early frame is left alone. */
const PATIENCE_MS = 100;
/** Percent, as in the configuration's default. */
const SIDE_WIDTH = 38;
