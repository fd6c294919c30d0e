import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { modelUse } from '../../domain/model-replies.ts';
import { resultOf, type PlanState } from '../../domain/plan-state.ts';
import { snapshotOf } from '../../domain/state-snapshot.ts';
import { checkpointToJson } from '../checkpoint-views.ts';
import { allCheckpoints } from '../all-checkpoints.ts';
import { type Command, planArgument } from '../command.ts';
import { text } from '../global-options.ts';
import { noteInterrupted } from '../interrupted.ts';
import { describeRunner, statusText, type Holder } from '../plan-status-text.ts';
import { plansWithin } from '../plans-within.ts';
import { planToJson } from '../run-shapes.ts';
import { noteWaiting } from '../waiting-compensations.ts';

const LAST_CHECKPOINTS = 10;

export const planStatus: Command = {
  describe: (parser) => planArgument(parser).example('$0 plan status last', 'the newest plan of this folder'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const app = await session.app();
    const { plans, checkpoints, leases } = await app.storage();
    const [tree, items, lease] = await Promise.all([
      plans.stateAt(plan.root_plan_id),
      allCheckpoints(checkpoints, plan.plan_id),
      leases.read(plan.root_plan_id),
    ]);
    const holder = lease === null ? null : { lease, liveness: app.processes.liveness(lease.holder) };
    const state = tree.plans.get(plan.plan_id) as PlanState;
    const glyphs = await session.glyphs(plan.workspace);
    await noteInterrupted(session);
    await noteWaiting(session, plan.root_plan_id);
    const now = session.clock.now();
    return {
      data: {
        ...planToJson(plan),
        ...stateToJson(state),
        outputs: resultOf(state) ?? {},
        models: { ...modelUse(plansWithin(tree, plan.plan_id)) },
        lease: leaseToJson(holder),
        ...lastToJson(items),
      },
      show: () => {
        const { output } = session;
        const runner = describeRunner(plan, holder, now);
        output.print(
          statusText({ plan, tree, checkpoints: items, runner, glyphs, paint: output.paint, now }),
        );
      },
    };
  },
};

/** Steps, subplans and decisions as a state snapshot has them. */
function stateToJson(state: PlanState): JsonObject {
  const { steps, subplans, decisions } = snapshotOf(state) as Record<string, Json>;
  return { steps: steps as Json, subplans: subplans as Json, decisions: decisions as Json };
}

const lastToJson = (items: readonly Checkpoint[]): JsonObject => ({
  last_checkpoints: items.slice(-LAST_CHECKPOINTS).map(checkpointToJson),
});

function leaseToJson(holder: Holder | null): Json {
  if (holder === null) return null;
  const { host, pid } = holder.lease.holder;
  const { role, since, heartbeat_at } = holder.lease;
  return { holder: { host, pid }, role, since, heartbeat_at, liveness: holder.liveness };
}
