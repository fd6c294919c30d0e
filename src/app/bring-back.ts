import { recoverWrites, type CutOffWrite } from '../checkpoints/recover-writes.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { ToolCallState } from '../domain/plan-state.ts';
import { rawPathOf } from '../domain/raw-path.ts';
import type { BringBack } from '../execution/plan-runner.ts';
import type { Lease } from '../ports/lease-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { Parts } from './parts.ts';
import { rollbackDependencies } from './rollbacks.ts';

interface Recovery {
  readonly parts: Parts;
  readonly journal: PlanJournal;
  readonly plan: PlanRecord;
  readonly registry: ToolRegistry;
  /** Who held the plan before; null if nobody ever did. */
  readonly previous: Lease | null;
  readonly isRetry: boolean;
  readonly onProgress: (message: string) => void;
}

/** A heartbeat is written each second, and a write may begin right after it. */
const HEARTBEAT_MS = 1000;

/** Takes back, by themselves, the writes that a killed run left half done. */
export function bringBackWrites(recovery: Recovery): BringBack {
  const { parts, journal, plan, previous, isRetry, onProgress } = recovery;
  return async (calls, hadSurvivors) => {
    const deps = await rollbackDependencies(parts);
    const heartbeat = previous === null ? 0 : Date.parse(previous.heartbeat_at) + HEARTBEAT_MS;
    const writes = await Promise.all(calls.map((call) => toCutOff(recovery, call)));
    const order = {
      plan,
      writes,
      lastSign: hadSurvivors ? parts.clock.now() : heartbeat,
      command: `agents plan ${isRetry ? 'retry' : 'execute'} ${shortId(plan.plan_id)}`,
    };
    await recoverWrites(deps, journal, order, { signal: new AbortController().signal, onProgress });
  };
}

async function toCutOff({ parts, journal, registry }: Recovery, call: ToolCallState): Promise<CutOffWrite> {
  const { plans } = await parts.storage();
  const tool = registry.get(call.tool);
  const started = await plans.eventsOfType(journal.rootId, 'tool.started');
  const event = started.find((one) => one.type === 'tool.started' && one.payload.call_id === call.id);
  const input = event?.type === 'tool.started' ? tool?.input.safeParse(event.payload.input) : undefined;
  const paths = input?.success ? tool?.paths(input.data) : null;
  return { call, declared: paths?.map(rawPathOf) ?? null };
}
