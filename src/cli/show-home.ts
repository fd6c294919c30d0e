import type { RunCommand } from './accessible-home.ts';
import type { HomeSource } from '../ports/home-source.ts';
import type { Home, HomeIntent } from '../tui/shell/open-home.tsx';
import type { HomeMemory } from '../tui/home/home-state.ts';
import { AgentsLine } from './command-line/agents-line.ts';
import type { Terminal } from './cli-io.ts';
import { wantsColour } from './paint.ts';
import { EXIT_CODES, SIGNALS } from './run-signals.ts';
import { screenSettings } from './screen-settings.ts';
import type { CommandResult, Session } from './session.ts';
import { lookAtPlan } from './show-plan.ts';
import { uiModeFor } from './ui-mode.ts';

/** null where nobody is there to look at it. @param run see `tellHome` */
export async function showHomeOnTerminal(session: Session, run: RunCommand): Promise<CommandResult | null> {
  const { terminal, stdin, stdout } = session.io;
  const mode = await uiModeFor(session, await session.folder());
  if (mode === 'shell' && terminal) return await showHome(session, terminal);
  if (mode !== 'accessible' || stdin.isTTY !== true || !stdout.isTTY) return null;
  const { tellHome } = await import('./accessible-home.ts');
  return await tellHome(session, run);
}

/** Opens the home screen, and from there the screens of plans, until the person leaves home. */
async function showHome(session: Session, terminal: Terminal): Promise<CommandResult> {
  const app = await session.app();
  const source = await app.homeOf(await session.folder());
  let memory: HomeMemory | null = null;
  let failed: { readonly thrown: unknown } | null = null;
  for (;;) {
    const how: HomeIntent = await untilHomeLeft(session, terminal, { source, memory, failed });
    if (how.kind === 'quit') return { data: null };
    if (how.kind === 'signal') return leftBy(how.name);
    ({ memory } = how);
    failed = null;
    try {
      const choices = how.start && { ...how.start, rerun: [], skip: [], takeOver: false };
      const left = await lookAtPlan({ session, plan: how.plan, choices, terminal });
      if (left.how.kind === 'signal') return leftBy(left.how.name);
    } catch (thrown) {
      // What kept the plan from starting is told at home.
      failed = { thrown };
    }
  }
}

const leftBy = (name: keyof typeof EXIT_CODES): CommandResult => ({ data: null, exitCode: EXIT_CODES[name] });

interface Opening {
  readonly source: HomeSource;
  readonly memory: HomeMemory | null;
  readonly failed: { readonly thrown: unknown } | null;
}

/** The terminal is as before when this ends, however it ends. @throws what broke the screen */
async function untilHomeLeft(session: Session, terminal: Terminal, opening: Opening): Promise<HomeIntent> {
  const { io, clock, options } = session;
  const [{ openHome }, settings] = await Promise.all([
    import('../tui/shell/open-home.tsx'),
    screenSettings(session, opening.source.folder),
  ]);
  const app = await session.app();
  const home: Home = openHome({
    ...opening,
    commandLine: new AgentsLine({ session, app, plan: null, folder: opening.source.folder }),
    ...terminal,
    clock,
    ...settings,
    colour: wantsColour(io.env, true, options.noColor),
  });
  const broken = Promise.withResolvers<never>();
  const offs = [
    ...SIGNALS.map((name) => io.onSignal(name, () => home.close({ kind: 'signal', name }))),
    io.onUncaught?.(broken.reject),
  ];
  try {
    return await Promise.race([home.done, broken.promise]);
  } finally {
    home.close();
    // It has been told already.
    await home.done.catch(() => undefined);
    for (const off of offs) off?.();
  }
}
