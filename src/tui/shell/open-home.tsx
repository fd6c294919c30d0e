import type { Clock } from '../../ports/clock.ts';
import type { CommandLine } from '../../ports/command-line.ts';
import type { HomeSource } from '../../ports/home-source.ts';
import { CommandRunner } from '../command/command-runner.ts';
import { HomeController } from '../home/home-controller.ts';
import { HomeEffectRunner, homeFailureOf, type PlanOpening } from '../home/home-effects.ts';
import type { HomeKnown } from '../home/home-data.ts';
import { planItemId } from '../home/home-items.ts';
import { HomeScreen } from '../home/home-screen.tsx';
import type { HomeMemory } from '../home/home-state.ts';
import { DEFAULT_KEYS, type KeyMap } from '../keys/find-key.ts';
import { faultToast } from '../ui/fault-toast.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { ScreenFrame, type FrameOptions } from './screen-frame.tsx';

/** How the home screen was left. */
export type HomeIntent =
  | { readonly kind: 'quit' }
  | { readonly kind: 'signal'; readonly name: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  /** A plan's screen is wanted; `memory`: what the home screen is opened with when that is left. */
  | ({ readonly kind: 'open'; readonly memory: HomeMemory } & PlanOpening);

export interface HomeOptions extends FrameOptions {
  readonly source: HomeSource;
  readonly commandLine: CommandLine;
  readonly clock: Clock;
  readonly glyphs: Glyphs;
  /** Default: the key table as it is. */
  readonly keys?: KeyMap;
  /** What is wrong with the settings: said once, at the beginning. */
  readonly fault?: string | null;
  /** What was so when it was left; null: it is opened for the first time. */
  readonly memory: HomeMemory | null;
  /** What has been read already (default: nothing). */
  readonly known?: HomeKnown | null;
  /** What was thrown when the plan that was asked for was opened; null: nothing. */
  readonly failed: { readonly thrown: unknown } | null;
}

/** A home screen that is open. */
export interface Home {
  /** Resolves when the terminal is as before, with how it was left. @throws what broke the screen */
  readonly done: Promise<HomeIntent>;
  /** Closes it from outside; does nothing if it is closed. Default: as if the person had quit. */
  close(intent?: HomeIntent): void;
  /** Resolves when everything known so far is on the screen. */
  drawn(): Promise<void>;
}

/** Shows the plans there are, and what plans can be made of, until the person leaves or wants to see one. */
export function openHome(options: HomeOptions): Home {
  const { source, clock, glyphs, memory, failed } = options;
  const mouse = memory?.mouse ?? options.mouse ?? false;
  const frame = new ScreenFrame({ ...options, mouse });
  let left: HomeIntent | null = null;
  const close = (intent: HomeIntent = { kind: 'quit' }): void => {
    left ??= intent;
    frame.close();
  };
  const commands = new CommandRunner({
    source: options.commandLine,
    schedule: frame.schedule,
    send: (event) => controller.send(event),
  });
  const effects = new HomeEffectRunner({
    commands,
    source,
    send: (event) => controller.send(event),
    refresh: () => controller.refresh(),
    openPlan: (opening) => close({ kind: 'open', memory: memoryOf(controller, opening), ...opening }),
    leave: close,
    readMouse: (on) => frame.readMouse(on),
    suspend: () => frame.suspend(),
    redraw: () => frame.redraw(),
  });
  const controller: HomeController = new HomeController({
    source,
    clock,
    schedule: frame.schedule,
    size: frame.size,
    known: options.known ?? null,
    initial: {
      ...memory,
      mouse,
      keys: options.keys ?? DEFAULT_KEYS,
      toast: options.fault ? faultToast(options.fault) : null,
      ...(failed && { dialog: { kind: 'failure', failure: homeFailureOf(failed.thrown), below: null } }),
    },
    runEffects: (list) => effects.run(list),
  });
  const untilLeft = async (): Promise<HomeIntent> => {
    try {
      await frame.open({
        element: (onMounted) => <HomeScreen controller={controller} glyphs={glyphs} onMounted={onMounted} />,
        resize: (size) => controller.resize(size),
        point: (pointed) => controller.point(pointed),
      });
    } finally {
      commands[Symbol.dispose]();
      controller[Symbol.dispose]();
    }
    return left ?? { kind: 'quit' };
  };
  return { done: untilLeft(), close, drawn: () => frame.drawn() };
}

/** The plan that is opened has the focus afterwards. */
function memoryOf(controller: HomeController, { plan }: PlanOpening): HomeMemory {
  const { filter, everywhere, mouse, order } = controller.getModel().ui;
  return { filter, everywhere, mouse, order, selected: planItemId(plan.plan_id) };
}
