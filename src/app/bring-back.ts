import { recoverWrites, type CutOffWrite } from '../checkpoints/recover-writes.ts';
import type { EarlierHolder } from '../domain/earlier-holders.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { ToolCallState } from '../domain/plan-state.ts';
import { rawPathOf } from '../domain/raw-path.ts';
import { SIGN_LASTS_MS } from '../execution/plan-lease.ts';
import type { BringBack } from '../execution/plan-runner.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import type { Parts } from './parts.ts';
import { rollbackDependencies } from './rollbacks.ts';

interface Recovery {
  readonly parts: Parts;
  readonly journal: PlanJournal;
  readonly plan: PlanRecord;
  readonly registry: ToolRegistry;
  /** Those who held the plan and are gone. */
  readonly earlier: readonly EarlierHolder[];
  readonly isRetry: boolean;
  readonly onProgress: (message: string) => void;
}

/** Takes back, by themselves, the writes that a killed run left half done. */
export function bringBackWrites(recovery: Recovery): BringBack {
  const { parts, journal, plan, isRetry, onProgress } = recovery;
  return async (calls, hadWriters) => {
    const now = parts.clock.now();
    const deps = await rollbackDependencies(parts);
    const writes = await Promise.all(calls.map((call) => toCutOff(recovery, call)));
    const order = {
      plan,
      writes,
      lastSign: hadWriters ? now : Math.max(0, ...writes.map(({ lastSign }) => lastSign)),
      command: `agents plan ${isRetry ? 'retry' : 'execute'} ${shortId(plan.plan_id)}`,
    };
    await recoverWrites(deps, journal, order, { signal: new AbortController().signal, onProgress });
  };
}

async function toCutOff(
  { parts, journal, registry, earlier }: Recovery,
  call: ToolCallState,
): Promise<CutOffWrite & { readonly lastSign: number }> {
  const { plans } = await parts.storage();
  const tool = registry.get(call.tool);
  const started = await plans.eventsOfType(journal.rootId, 'tool.started');
  const event = started.find((one) => one.type === 'tool.started' && one.payload.call_id === call.id);
  const input = event?.type === 'tool.started' ? tool?.input.safeParse(event.payload.input) : undefined;
  const paths = input?.success ? tool?.paths(input.data) : null;
  const lastSign = event ? lastSignOf(earlier, Date.parse(event.at), parts.clock.now()) : 0;
  return { call, declared: paths?.map(rawPathOf) ?? null, lastSign };
}

/**
 * When the holder that began something then was seen last; 0 if that isn't known any more, as where the clock was set back since: what
 * changed later would seem to be earlier. Who came later didn't write.
 */
export function lastSignOf(earlier: readonly EarlierHolder[], startedAt: number, now: number): number {
  const writer = earlier.findLast(({ since }) => Date.parse(since) <= startedAt);
  // It lived when it began, also where a busy machine held up its heartbeat.
  const seenAt = writer ? Math.max(Date.parse(writer.heartbeat_at), startedAt) : 0;
  return seenAt > 0 && seenAt <= now ? seenAt + SIGN_LASTS_MS : 0;
}
