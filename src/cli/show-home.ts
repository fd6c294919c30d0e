import type { RunCommand } from './accessible-home.ts';
import type { PlanId } from '../domain/ids.ts';
import type { HomeSource } from '../ports/home-source.ts';
import type { Home, HomeIntent } from '../tui/shell/open-home.tsx';
import { earlyHome } from '../tui/home/early-home.ts';
import type { HomeKnown } from '../tui/home/home-data.ts';
import type { HomeMemory } from '../tui/home/home-state.ts';
import type { Terminal } from './cli-io.ts';
import { EarlyScreen } from './early-screen.ts';
import { homeSummary } from './home-summary.ts';
import { wantsColour } from './paint.ts';
import { EXIT_CODES, SIGNALS } from './run-signals.ts';
import { screenCrash } from './screen-crash.ts';
import { screenSettings, type ScreenSettings } from './screen-settings.ts';
import type { CommandResult, Session } from './session.ts';
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
  const started = new Set<PlanId>();
  let memory: HomeMemory | null = null;
  let failed: { readonly thrown: unknown } | null = null;
  for (;;) {
    const how: HomeIntent = await untilHomeLeft(session, terminal, { source, memory, failed }).catch(
      async (thrown: unknown) => {
        throw await screenCrash(session, thrown, 'the home screen', ['agents plan list']);
      },
    );
    if (how.kind === 'quit') return await homeSummary(session, (await app.storage()).plans, started);
    if (how.kind === 'signal') return leftBy(how.name);
    ({ memory } = how);
    failed = null;
    try {
      const choices = how.start && { ...how.start, rerun: [], skip: [], takeOver: false };
      const { lookAtPlan } = await import('./show-plan.ts');
      if (choices) started.add(how.plan.root_plan_id);
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
  const { io } = session;
  const early = new EarlyScreen(session, terminal);
  const home = await open(session, terminal, { ...opening, early }).catch((thrown: unknown) => {
    early.leave();
    throw thrown;
  });
  const broken = Promise.withResolvers<never>();
  const offs = [
    ...SIGNALS.map((name) => io.onSignal(name, () => home.close({ kind: 'signal', name }))),
    io.onUncaught?.(broken.reject),
  ];
  early.handOver((name) => home.close({ kind: 'signal', name }), broken.reject);
  try {
    return await Promise.race([home.done, broken.promise]);
  } finally {
    home.close();
    // It has been told already.
    await home.done.catch(() => undefined);
    for (const off of offs) off?.();
  }
}

async function open(
  session: Session,
  terminal: Terminal,
  { early, ...opening }: Opening & { readonly early: EarlyScreen },
): Promise<Home> {
  const { io, clock, options } = session;
  const { folder } = opening.source;
  const settings = await screenSettings(session, folder);
  // Back from a plan's screen all is loaded, and nothing comes late.
  const known = opening.memory ? null : await showEarly(session, opening.source, early, settings);
  const [{ openHome }, { AgentsLine }] = await Promise.all([
    import('../tui/shell/open-home.tsx'),
    import('./command-line/agents-line.ts'),
  ]);
  return openHome({
    ...opening,
    known,
    begun: early.isShown,
    commandLine: new AgentsLine({ session, app: await session.app(), plan: null, folder }),
    ...terminal,
    clock,
    ...settings,
    colour: wantsColour(io.env, true, options.noColor),
  });
}

/** So long the first frame waits for the plans; what reads them slowly or not at all is told on the screen. */
const PATIENCE_MS = 150;

/** Draws the plans while the screen is still being loaded. Resolves with what was read; null: nothing yet. */
async function showEarly(
  session: Session,
  source: HomeSource,
  early: EarlyScreen,
  { glyphs, theme }: ScreenSettings,
): Promise<HomeKnown | null> {
  const { clock } = session;
  const patience = new AbortController();
  const known = await Promise.race([
    readHome(source),
    clock.sleep(PATIENCE_MS, patience.signal).then(
      () => null,
      () => null,
    ),
  ]);
  patience.abort();
  const data = { folder: source.folder, plans: null, documents: null, fault: null, ...known };
  early.draw(theme, (size) => earlyHome({ data, size, glyphs, now: clock.now() }));
  return known;
}

async function readHome(source: HomeSource): Promise<HomeKnown | null> {
  try {
    // Without the documents: what reads those is long in loading.
    return { plans: await source.plans(false), documents: null };
  } catch {
    // The screen reads it once more, and says what is wrong.
    return null;
  }
}
