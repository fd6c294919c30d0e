import type { App } from '../app/compose.ts';
import type { PlanWatch } from '../app/watch-plan.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { earlyPlan } from '../tui/screens/early-plan.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { LeaveIntent, Shell } from '../tui/shell/open-shell.tsx';
import type { Terminal } from './cli-io.ts';
import { describeLeaving, type Leaving } from './describe-leaving.ts';
import { EarlyScreen } from './early-screen.ts';
import { OwnEngine } from './own-engine.ts';
import { ownPrograms } from './own-programs.ts';
import { wantsColour } from './paint.ts';
import type { StartChoices } from './plan-run-flow.ts';
import { screenCrash } from './screen-crash.ts';
import { screenSettings, type ScreenSettings } from './screen-settings.ts';
import { SIGNALS } from './run-signals.ts';
import type { CommandResult, Session } from './session.ts';

/** So long a plan may take to rest before the person is told what is waited for. */
const REST_NOTE_MS = 300;

export interface Showing {
  readonly session: Session;
  readonly plan: PlanSummary;
  readonly choices: StartChoices | null;
  readonly terminal: Terminal;
}

/**
 * Opens the screen for a plan. With `choices` a process of its own runs the plan; without, the screen only watches what
 * others do, until the person lets the plan go on from here.
 */
export async function showPlan(showing: Showing): Promise<CommandResult> {
  return await describeLeaving(await lookAtPlan(showing));
}

/** As `showPlan`; resolves when the last screen is left: from one a person may go to another plan's. */
export async function lookAtPlan(showing: Showing): Promise<Leaving> {
  const { session, terminal } = showing;
  let left = await lookAtOne(showing);
  while (left.how.kind === 'open') {
    const plan = await (await left.app.storage()).plans.get(left.how.planId);
    left = await lookAtOne({ session, plan, choices: null, terminal });
  }
  return left;
}

/** Resolves when the screen is left, and our engine has been told what becomes of it. */
async function lookAtOne({ session, plan, choices, terminal }: Showing): Promise<Leaving> {
  const early = new EarlyScreen(session, terminal);
  const engine: OwnEngine = new OwnEngine(session, plan.root_plan_id, () => watch?.feed.wake());
  let watch: PlanWatch | null = null;
  try {
    const settings = await screenSettings(session, plan.workspace);
    const { glyphs, sideWidth, theme } = settings;
    // What is known of the plan stands there while its history is read and the rest of the screen is loaded.
    early.draw(theme, (size) => earlyPlan({ plan, size, sideWidth, glyphs }));
    const app = await session.app();
    watch = await app.watchPlan(plan, { pid: () => engine.pid, wake: () => engine.wake() });
    const failed = choices ? failureOf(engine.start(choices)) : null;
    const how = await untilLeft({ session, app, plan, watch, engine, terminal, early, settings }, failed);
    // What keeps a plan from starting is told as text, where it stays.
    const failure = goesOn(how) ? null : await failed;
    if (failure) throw failure.thrown;
    await leave(session, engine, how);
    return { session, app, plan, engine, how };
  } catch (thrown) {
    early.leave();
    const id = shortId(plan.root_plan_id);
    const next = engine.isAlive ? `agents plan execute ${id} --no-tui` : `agents plan status ${id}`;
    // Nobody would see what it does.
    engine.leave('rests');
    throw await screenCrash(session, thrown, `the screen of plan ${plan.plan_id}`, [next]);
  }
}

/** The terminal is as before when this ends, however it ends. @throws what broke the screen */
async function untilLeft(screen: Screen, failed: Promise<Failure | null> | null): Promise<LeaveIntent> {
  const { io } = screen.session;
  const shell = await openScreen(screen);
  const broken = Promise.withResolvers<never>();
  screen.early.handOver((name) => shell.close({ kind: 'signal', name }), broken.reject);
  const offs = [
    ...SIGNALS.map((name) => io.onSignal(name, () => shell.close({ kind: 'signal', name }))),
    io.onUncaught?.(broken.reject),
  ];
  void failed?.then((failure) => failure && shell.close());
  try {
    return await Promise.race([shell.done, broken.promise]);
  } finally {
    shell.close();
    // It has been told already.
    await shell.done.catch(() => undefined);
    for (const off of offs) off?.();
  }
}

interface Failure {
  readonly thrown: unknown;
}

/** null once it has started. */
async function failureOf(start: Promise<void>): Promise<Failure | null> {
  return await start.then(
    () => null,
    (thrown: unknown) => ({ thrown }),
  );
}

interface Screen {
  readonly session: Session;
  readonly app: App;
  readonly plan: PlanSummary;
  readonly watch: PlanWatch;
  readonly engine: OwnEngine;
  readonly terminal: Terminal;
  readonly early: EarlyScreen;
  readonly settings: ScreenSettings;
}

async function openScreen(screen: Screen): Promise<Shell> {
  const { session, app, plan, watch, engine, terminal, early, settings } = screen;
  const { io, options } = session;
  const [{ openShell }, { AgentsLine }] = await Promise.all([
    import('../tui/shell/open-shell.tsx'),
    import('./command-line/agents-line.ts'),
  ]);
  return openShell({
    services: {
      feed: watch.feed,
      output: watch.output,
      triggers: watch.triggers,
      snapshots: watch.snapshots,
      files: watch.files,
      rollbacks: watch.rollbacks,
      compensations: watch.compensations,
      programs: ownPrograms(io),
      clock: session.clock,
      commandLine: new AgentsLine({ session, app, plan: plan.plan_id, folder: plan.workspace }),
      control: resumingControl(watch.control, engine, app, plan),
    },
    rootId: plan.root_plan_id,
    planId: plan.plan_id,
    ...settings,
    inTmux: (io.env['TMUX'] ?? '') !== '',
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    begun: early.isShown,
    colour: wantsColour(io.env, true, options.noColor),
  });
}

/** Where nobody runs the plan, "go on" starts a process for it; a failed one goes on from its failed step. */
function resumingControl(control: PlanControl, engine: OwnEngine, app: App, plan: PlanSummary): PlanControl {
  const bound = (name: keyof PlanControl): never => control[name].bind(control) as never;
  return {
    checkpoint: bound('checkpoint'),
    mark: bound('mark'),
    pause: bound('pause'),
    stop: bound('stop'),
    cancel: bound('cancel'),
    answer: bound('answer'),
    approve: bound('approve'),
    deny: bound('deny'),
    resume: async (planId, ask) => {
      const { leases, plans } = await app.storage();
      const lease = await leases.read(plan.root_plan_id);
      const isGone = lease !== null && app.processes.liveness(lease.holder) === 'gone';
      // The table of processes knows it before its end is heard of here.
      if (isGone && lease.holder.pid === engine.pid) await engine.ended;
      const isRun = lease !== null && !isGone;
      // Ours may be starting just now.
      if (isRun || engine.isAlive) return await control.resume(planId, ask);
      const retry = (await plans.get(plan.root_plan_id)).state === 'errored';
      await engine.start({ inputs: {}, rerun: [], skip: [], takeOver: false, retry });
      const { phase, state } = await plans.get(planId);
      return { plan_id: planId, phase, state };
    },
  };
}

/** The plan is left to itself. */
const goesOn = (how: LeaveIntent): boolean => how.kind === 'detach' || (how.kind === 'open' && how.goesOn);

/** What becomes of our engine when the screen is left. */
async function leave(session: Session, engine: OwnEngine, how: LeaveIntent): Promise<void> {
  if (!engine.isAlive) return;
  if (goesOn(how)) return engine.leave('goes on');
  if (how.kind === 'signal' && how.name === 'SIGHUP') return engine.leave('rests');
  const patience = new AbortController();
  const note = session.clock
    .sleep(REST_NOTE_MS, patience.signal)
    .then(() => session.output.note('pausing when the running step is done'))
    .catch(() => undefined);
  await engine.release();
  patience.abort();
  await note;
}
