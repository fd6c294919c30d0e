import { isUnsettled } from '../domain/compensation.ts';
import { ConflictError, WaitingError } from '../domain/errors.ts';
import { shortId } from '../domain/ids.ts';
import { phaseOf, type PlanState } from '../domain/plan-state.ts';
import { formatPhaseState, type PlanSummary } from '../domain/plan.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { Json } from '../domain/json.ts';
import type {
  RollbackOptions,
  RollbackPreview,
  RollbackResult,
  RunningPlan,
} from '../ports/rollback-control.ts';
import { offerCompensations } from './compensation-flow.ts';
import { waitingLines } from './compensation-text.ts';
import { canConfirm, confirm } from './confirm.ts';
import { untilStopped, workLong } from './long-work.ts';
import type { Paint } from './paint.ts';
import type { Consent } from './rollback-options.ts';
import { previewToJson, resultToJson, standingToJson } from './rollback-shapes.ts';
import { goingBackLines, MOST_LINES, pathText, restLines } from './rollback-text.ts';
import type { CommandResult, Session } from './session.ts';

/** Something that takes files back, or forth: what it does first and what it does then. */
export interface GoingBack {
  readonly session: Session;
  readonly plan: PlanSummary;
  readonly consent: Consent;
  readonly leaveDamaged: boolean;
  /** `back to checkpoint 3`. */
  readonly where: string;
  /** The command line without the options that the next steps add. */
  readonly command: string;
  readonly question: string;
  readonly running: RunningPlan;
  /** Something follows also where nothing has to go back. */
  readonly always?: true;
  readonly preview: (options: RollbackOptions) => Promise<RollbackPreview>;
  readonly run: (options: RollbackOptions) => Promise<RollbackResult>;
}

/** Looks, shows, asks, does it, says what it did. */
export async function goBack(asked: GoingBack): Promise<CommandResult> {
  return await untilStopped(async () => {
    const { session, consent } = asked;
    const { plans } = await (await session.app()).storage();
    // Whatever plan of a tree was named: the whole tree goes back.
    const going = { ...asked, plan: await plans.get(asked.plan.root_plan_id) };
    if (!consent.dryRun) await refuseRunning(going);
    const preview = await workLong(session, going.preview);
    if (consent.dryRun) return await describePreview(going, preview);
    if (preview.isNothing && !going.always) return await describeNothing(going, preview);
    refuseDamaged(going, preview);
    if (!consent.yes) await askFirst(going, preview);
    return await offerThen(going, await workLong(session, going.run));
  });
}

/** Files first, they are exact: what is offered comes once all else is back. Who wasn't asked before isn't asked now. */
async function offerThen(
  { session, plan, consent }: GoingBack,
  result: RollbackResult,
): Promise<CommandResult> {
  const { compensations = [] } = result;
  if (consent.yes || !canConfirm(session) || !compensations.some(isUnsettled)) {
    return describeResult(session, plan, result);
  }
  session.output.complain(
    `back at ${targetText(result)}; what undone steps did outside of the folder is left:`,
  );
  const settled = await offerCompensations(session, plan.root_plan_id, compensations);
  return describeResult(session, plan, { ...result, compensations: settled });
}

/** Before anybody looks for long, and is asked for nothing. The service has the last word. */
async function refuseRunning({ session, plan, running, command }: GoingBack): Promise<void> {
  if (running === 'stop') return;
  const app = await session.app();
  const lease = await (await app.storage()).leases.read(plan.root_plan_id);
  if (lease === null || lease.role !== 'runner' || app.processes.liveness(lease.holder) === 'gone') return;
  const { host, pid } = lease.holder;
  throw new ConflictError('plan_running', 'the plan is running', {
    hint: `run by pid ${pid} on ${host}; --stop ends its running tool and its run first`,
    nextSteps: [`${command} --stop`, `agents plan pause ${shortId(plan.plan_id)}`],
  });
}

function refuseDamaged({ leaveDamaged, command }: GoingBack, { damaged }: RollbackPreview): void {
  if (damaged.length === 0 || leaveDamaged) return;
  const names = damaged.slice(0, MOST_LINES).map(pathText).join(', ');
  const more = damaged.length > MOST_LINES ? ` and ${damaged.length - MOST_LINES} more` : '';
  throw new ConflictError('content_damaged', `stored content is missing or damaged: ${names}${more}`, {
    hint: 'nothing was changed; all other paths can go back without them',
    nextSteps: [`${command} --leave-damaged`, 'agents storage verify'],
  });
}

async function askFirst(going: GoingBack, preview: RollbackPreview): Promise<void> {
  const { session, question } = going;
  const { output } = session;
  if (canConfirm(session)) {
    output.complain(previewText(going, preview, output.notePaint, MOST_LINES).join('\n'));
    if (await confirm(session, question)) return;
  }
  throw notConfirmed(going);
}

function notConfirmed({ command }: GoingBack): WaitingError {
  return new WaitingError('not_confirmed', 'nothing was changed', {
    hint: 'files and plan go back only with a yes: on a terminal, or --yes',
    nextSteps: [`${command} --dry-run`, `${command} --yes`],
  });
}

const nameOf = ({ name, plan_id }: PlanSummary): string => `${toPrintableLine(name)} ${shortId(plan_id)}`;

function previewText(
  { plan, where, running }: GoingBack,
  preview: RollbackPreview,
  paint: Paint,
  most: number,
): readonly string[] {
  return [
    `${paint('strong', nameOf(plan))}  ${where}`,
    ...(running === 'stop' && plan.state === 'processing'
      ? ['  stop   if it runs, it is stopped first']
      : []),
    ...goingBackLines(preview, [], { paint, most }),
  ];
}

async function describePreview(going: GoingBack, preview: RollbackPreview): Promise<CommandResult> {
  const { output } = going.session;
  return {
    data: previewToJson(preview, await stateAfter(going, preview)),
    show: () => {
      const all = Number.POSITIVE_INFINITY;
      output.print(previewText(going, preview, output.paint, all).join('\n'));
      output.print(preview.isNothing && !going.always ? 'nothing to do' : 'nothing was changed: --dry-run');
    },
  };
}

/** How the plan would stand, with the two checkpoints that a rollback takes. */
async function stateAfter({ session, plan }: GoingBack, preview: RollbackPreview): Promise<Json> {
  const { isNothing, scope, impact, target } = preview;
  if (isNothing) return standingToJson(plan);
  const { plans } = await (await session.app()).storage();
  const checkpoints = (await plans.footprint(plan.root_plan_id)).checkpoints + 2;
  const stays = scope === 'files_only' || Object.values(impact).every((count) => count === 0);
  if (stays) return { ...standingToJson(plan), checkpoints };
  const then = (await plans.stateAt(plan.root_plan_id, target.seq)).plans.get(plan.root_plan_id) as PlanState;
  return { phase: phaseOf(then), state: 'queued', checkpoints };
}

async function describeNothing(
  { session, plan, where }: GoingBack,
  preview: RollbackPreview,
): Promise<CommandResult> {
  const { output } = session;
  return {
    data: { ...previewToJson(preview, standingToJson(plan)), ...notDry(preview) },
    show: () => {
      const look = { paint: output.paint, most: MOST_LINES };
      output.print(`nothing to do: ${nameOf(plan)} is as it was (${where})`);
      const rest = restLines(preview, [], look);
      if (rest.length > 0) output.print(rest.join('\n'));
    },
  };
}

const notDry = (preview: RollbackPreview): { readonly rollback_summary: Json } => {
  const { rollback_summary: summary } = previewToJson(preview, null);
  return { rollback_summary: { ...(summary as Record<string, Json>), dry_run: false } };
};

/** What was done, for every command that takes something back. */
export function describeResult(session: Session, plan: PlanSummary, result: RollbackResult): CommandResult {
  const { output } = session;
  return {
    data: resultToJson(result),
    show: () => {
      const { standing, left } = result;
      output.print(`${output.paint('good', `back at ${targetText(result)}`)}  ${nameOf(plan)}`);
      output.print(goingBackLines(result, left, { paint: output.paint, most: MOST_LINES }).join('\n'));
      output.print(`  now    ${formatPhaseState(standing.phase, standing.state)}`);
      for (const line of nextLines(plan, result)) output.note(line);
    },
  };
}

const targetText = ({ target: { number } }: RollbackResult): string =>
  number === null ? 'a moment before' : `checkpoint ${number}`;

function nextLines(
  plan: PlanSummary,
  { preRollback, standing, compensations = [] }: RollbackResult,
): readonly string[] {
  const id = shortId(plan.root_plan_id);
  const undo =
    preRollback === null
      ? []
      : [`what was there is checkpoint ${preRollback.number}; to undo: agents plan undo ${id}`];
  const waiting = waitingLines(compensations, plan.root_plan_id);
  const next = standing.state === 'queued' ? [`next: agents plan execute ${id}`] : [];
  return [...undo, ...waiting, ...next];
}
