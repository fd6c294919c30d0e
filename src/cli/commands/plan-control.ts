import { formatPhaseState, type RunState } from '../../domain/plan.ts';
import { isFinal } from '../../domain/event-handlers.ts';
import { shortId } from '../../domain/ids.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { AskOptions, PlanControl, PlanStanding } from '../../ports/plan-control.ts';
import { type Command, planArgument } from '../command.ts';
import { text, type ParsedArgs } from '../global-options.ts';
import { isRunByNobody } from '../run-by-nobody.ts';
import { abortOnSignals } from '../run-signals.ts';
import type { Session } from '../session.ts';

type Ask = (control: PlanControl, planId: string, ask: AskOptions, args: ParsedArgs) => Promise<PlanStanding>;

interface More {
  readonly describe?: Command['describe'];
  /** The state that the plan is to be in, and may be in already. */
  readonly aim?: RunState;
  /** What was done, in words. */
  readonly done?: (args: ParsedArgs) => string;
}

/** A command that asks something of a plan, whoever runs it, and says how the plan then stands. */
function controlCommand(
  name: string,
  example: string,
  ask: Ask,
  { describe = planArgument, aim, done }: More = {},
): Command {
  return {
    describe: (parser) => describe(parser).example(`$0 plan ${name}`, example),
    run: async (args, session) => {
      const plan = await session.plan(text(args, 'plan'));
      const control = await (await session.app()).control();
      const standing = await untilSignal(session, (options) => ask(control, plan.plan_id, options, args));
      const { plan_id, phase, state } = standing;
      if (plan.state === aim && state === aim) session.output.note(`it was ${state} already`);
      const waits = done !== undefined && !isFinal(state) && (await isRunByNobody(session, plan));
      return {
        data: { plan_id, phase, state },
        show: () => {
          if (done) session.output.print(toPrintableLine(done(args)));
          const line = `${toPrintableLine(plan.name)} ${shortId(plan_id)}  ${formatPhaseState(phase, state)}`;
          session.output.print(line);
          if (waits) session.output.note(`next: agents plan execute ${shortId(plan.root_plan_id)}`);
        },
      };
    },
  };
}

/** Asks until there is an answer; Ctrl-C withdraws it. */
export async function untilSignal<T>(
  session: Session,
  ask: (options: AskOptions) => Promise<T>,
  timeoutMs: number | null = null,
): Promise<T> {
  const watch = abortOnSignals(session.io);
  try {
    return await ask({
      timeoutMs,
      signal: watch.signal,
      onProgress: (message) => session.output.note(message),
    });
  } finally {
    watch.off();
  }
}

export const planPause = controlCommand(
  'pause last',
  'ends when the plan rests',
  (control, planId, ask) => control.pause(planId, ask),
  { aim: 'paused' },
);

export const planResume = controlCommand(
  'resume last',
  'it goes on where it runs',
  (control, planId, ask) => control.resume(planId, ask),
  { aim: 'processing' },
);

export const planStop = controlCommand(
  'stop last',
  'later: agents plan execute last',
  (control, planId, ask) => control.stop(planId, ask),
);

export const planCancel = controlCommand(
  'cancel last',
  'it cannot be executed again',
  (control, planId, ask) => control.cancel(planId, ask),
);

export const planApprove = controlCommand(
  'approve last',
  'take the settings that a step changed while it wrote',
  (control, planId, ask) => control.approve(planId, ask),
);

export const planDeny = controlCommand(
  'deny last',
  'leave the settings as they were before',
  (control, planId, ask) => control.deny(planId, ask),
);

export const planAnswer = controlCommand(
  'answer last style short',
  'choose "short" in the step "style"',
  (control, planId, ask, args) => control.answer(planId, text(args, 'decision'), text(args, 'option'), ask),
  {
    done: (args) => `${text(args, 'decision')}: ${text(args, 'option')}`,
    describe: (parser) =>
      planArgument(parser)
        .positional('decision', {
          type: 'string',
          demandOption: true,
          describe: "the step's id, or the decision's",
        })
        .positional('option', {
          type: 'string',
          demandOption: true,
          describe: 'the option, or the text asked for',
        }),
  },
);
