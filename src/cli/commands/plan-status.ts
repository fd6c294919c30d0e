import type { Checkpoint } from '../../domain/checkpoint.ts';
import { isFinal } from '../../domain/event-handlers.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { decisionsOf, stepsOf, subplansOf, type PlanState } from '../../domain/plan-state.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import type { Lease } from '../../ports/lease-store.ts';
import type { Liveness } from '../../ports/process-table.ts';
import { checkpointToJson } from '../checkpoint-views.ts';
import { type Command, planArgument } from '../command.ts';
import { text } from '../global-options.ts';
import { statusText } from '../plan-status-text.ts';
import { planToJson } from '../run-shapes.ts';
import { ageText } from '../time-text.ts';

const LAST_CHECKPOINTS = 10;

export const planStatus: Command = {
  describe: (parser) => planArgument(parser).example('$0 plan status last', 'the newest plan of this folder'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const app = await session.app();
    const { plans, checkpoints, leases } = await app.storage();
    const [tree, { items }, lease] = await Promise.all([
      plans.stateAt(plan.root_plan_id),
      checkpoints.list({ planId: plan.plan_id, tree: true }),
      leases.read(plan.root_plan_id),
    ]);
    const holder = lease === null ? null : { lease, liveness: app.processes.liveness(lease.holder) };
    const state = tree.plans.get(plan.plan_id);
    const glyphs = await session.glyphs(plan.workspace);
    const now = session.clock.now();
    return {
      data: { ...planToJson(plan), ...stateToJson(state), lease: leaseToJson(holder), ...lastToJson(items) },
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

interface Holder {
  readonly lease: Lease;
  readonly liveness: Liveness;
}

const list = (values: readonly unknown[] | undefined): Json => (values ?? []) as Json;

function stateToJson(state: PlanState | undefined): JsonObject {
  return {
    steps: list(state && stepsOf(state)),
    subplans: list(state && subplansOf(state)),
    decisions: list(state && decisionsOf(state)),
  };
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

function describeRunner({ state }: PlanSummary, holder: Holder | null, now: number): string {
  if (holder === null || holder.liveness === 'gone') return isFinal(state) ? '' : 'nobody runs it';
  const { host, pid } = holder.lease.holder;
  const where = holder.liveness === 'unknown' ? ` on ${host}` : '';
  return `run by pid ${pid}${where} for ${ageText(holder.lease.since, now)}`;
}
