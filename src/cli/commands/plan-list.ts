import { UsageError } from '../../domain/errors.ts';
import { shortId, type PlanId } from '../../domain/ids.ts';
import { stepsOf, type PlanState } from '../../domain/plan-state.ts';
import { formatPhaseState, PHASES, RUN_STATES, type PlanSummary } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { PlanFilter } from '../../ports/plan-store.ts';
import type { Command } from '../command.ts';
import { isOn, optionalText, type ParsedArgs } from '../global-options.ts';
import { noteInterrupted } from '../interrupted.ts';
import { parseChoice, parseLimit } from '../option-values.ts';
import { countSteps, planToJson } from '../run-shapes.ts';
import { isRunByNobody } from '../run-by-nobody.ts';
import { toneOf } from '../run-summary.ts';
import type { Session } from '../session.ts';
import { formatTable } from '../table.ts';
import { ageText } from '../../tui/words/time-text.ts';

export const planList: Command = {
  describe: (parser) =>
    parser
      .option('phase', {
        type: 'string',
        requiresArg: true,
        describe: `only this phase: ${PHASES.join(', ')}`,
      })
      .option('state', {
        type: 'string',
        requiresArg: true,
        describe: `only this state: ${RUN_STATES.join(', ')}`,
      })
      .option('all-workspaces', { type: 'boolean', describe: 'the plans of every folder' })
      .option('limit', { type: 'string', requiresArg: true, describe: 'at most this many (default 50)' })
      .option('cursor', { type: 'string', requiresArg: true, describe: 'go on after the page before' })
      .example('$0 plan list --state errored --all-workspaces', 'what failed, anywhere'),
  run: async (args, session) => {
    const filter = await readFilter(args, session);
    const { plans } = await (await session.app()).storage();
    const { items, nextCursor } = await plans.list(filter);
    const isForPeople = session.options.json === 'none';
    const steps = isForPeople ? await stepColumns(session, items) : [];
    const alone = isForPeople ? await runByNobody(session, items) : new Set();
    const glyphs = await session.glyphs(await session.folder());
    const everywhere = filter.workspace === undefined;
    await noteInterrupted(session);
    return {
      data: { plans: items.map(planToJson), next_cursor: nextCursor },
      show: () => {
        const { output, clock } = session;
        const { paint } = output;
        const rows = items.map((plan, index) => [
          shortId(plan.plan_id),
          toPrintableLine(plan.name),
          alone.has(plan.plan_id)
            ? paint('attention', `${glyphs.paused} nobody runs it`)
            : paint(toneOf(plan), `${glyphs.plan[plan.state]} ${formatPhaseState(plan.phase, plan.state)}`),
          steps[index] as string,
          String(plan.checkpoints),
          ageText(plan.created_at, clock.now()),
          ...(everywhere ? [toPrintableLine(plan.workspace)] : []),
        ]);
        const titles = [
          'ID',
          'NAME',
          'STATE',
          'STEPS',
          'CHECKPOINTS',
          'AGE',
          ...(everywhere ? ['WORKSPACE'] : []),
        ];
        if (rows.length > 0) output.print(formatTable([titles.map((title) => paint('dim', title)), ...rows]));
        else output.note(emptyNote(filter));
        if (nextCursor !== null) output.note(`more: agents plan list --cursor ${nextCursor}`);
      },
    };
  },
};

/** `done/total` of each plan. */
async function stepColumns(session: Session, items: readonly PlanSummary[]): Promise<readonly string[]> {
  const { plans } = await (await session.app()).storage();
  const columns: string[] = [];
  for (const { plan_id, root_plan_id } of items) {
    const state = (await plans.stateAt(root_plan_id)).plans.get(plan_id) as PlanState;
    const { complete, total } = countSteps(stepsOf(state));
    columns.push(`${complete}/${total}`);
  }
  return columns;
}

/** The plans in the middle of a run whose process is gone. */
async function runByNobody(session: Session, items: readonly PlanSummary[]): Promise<ReadonlySet<PlanId>> {
  const alone = new Set<PlanId>();
  for (const plan of items) {
    if (plan.state === 'processing' && (await isRunByNobody(session, plan))) alone.add(plan.plan_id);
  }
  return alone;
}

async function readFilter(args: ParsedArgs, session: Session): Promise<PlanFilter> {
  const everywhere = isOn(args, 'all-workspaces');
  if (everywhere && session.options.workspace !== undefined) {
    throw new UsageError('invalid_option', '--workspace and --all-workspaces exclude each other');
  }
  const phase = parseChoice(optionalText(args, 'phase'), PHASES, '--phase');
  const state = parseChoice(optionalText(args, 'state'), RUN_STATES, '--state');
  const limit = parseLimit(optionalText(args, 'limit'));
  const cursor = optionalText(args, 'cursor');
  return {
    ...(everywhere ? {} : { workspace: await session.folder() }),
    ...(phase === undefined ? {} : { phase }),
    ...(state === undefined ? {} : { state }),
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

function emptyNote({ workspace, phase, state }: PlanFilter): string {
  if (phase !== undefined || state !== undefined) return 'no plan fits';
  return workspace === undefined
    ? 'no plans yet: agents plan run FILE'
    : 'no plans in this folder (agents plan list --all-workspaces shows those of others)';
}
