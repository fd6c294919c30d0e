import { toErrorValue } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import type { EventPayloads } from '../domain/plan-event.ts';
import { runStateOf } from '../domain/plan-state.ts';
import { traceNote, traceOf } from '../domain/trace-note.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { EventBus } from '../execution/event-bus.ts';
import type { LiveJournal } from '../execution/live-journal.ts';
import type { RunEnd } from '../execution/plan-runner.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { telemetrySettings, type TelemetrySettings } from '../telemetry/telemetry-settings.ts';
import type { RunTrace } from '../telemetry/run-trace.ts';
import type { Parts } from './parts.ts';
import type { RunOptions } from './run-options.ts';

interface TracedRun {
  readonly parts: Pick<Parts, 'options' | 'clock'>;
  readonly plans: Pick<PlanStore, 'eventsOfType'>;
  readonly record: PlanRecord;
  readonly journal: LiveJournal;
  readonly bus: EventBus;
  readonly aside: RunOptions['aside'];
}

/** Goes along with a run; what is given is how it ends. */
type Follow = (ended: Promise<RunEnd>) => void;

/**
 * Traces a run where the environment asks for it; else it costs a look at the environment, and nothing is loaded. Whatever goes wrong with
 * it is said once and changes nothing for the plan.
 */
export async function traceRun(run: TracedRun): Promise<Follow> {
  const settings = telemetrySettings(run.parts.options.env);
  const tell = teller(run.aside);
  for (const trouble of settings.troubles) tell(trouble);
  if (settings.targets.length === 0) return () => undefined;
  const trace = await open(run, settings, tell).catch((thrown: unknown) => {
    tell(toErrorValue(thrown).message);
    return null;
  });
  if (!trace) return () => undefined;
  run.bus.subscribe(trace.listener);
  if (trace.traceparent !== null) {
    const payload = traceNote(trace.traceparent);
    await run.journal.commit([{ type: 'note.added', plan_id: run.journal.rootId, payload }]);
  }
  return (ended) => void follow(trace, ended);
}

async function open(
  { parts, plans, record, journal, aside }: TracedRun,
  settings: TelemetrySettings,
  onTrouble: (text: string) => void,
): Promise<RunTrace | null> {
  const { openRunTrace } = await import('../telemetry/run-trace.ts');
  const { env } = parts.options;
  const { clock } = parts;
  const earlier = await earlierTrace(plans, journal.rootId);
  const plan = { id: record.plan_id, name: record.name };
  const write = aside?.complain ?? null;
  return openRunTrace({ settings, env, clock, plan, journal, earlier, onTrouble, write });
}

/** `traceparent` of the run before; null: it was not traced, or there was none. */
async function earlierTrace(plans: Pick<PlanStore, 'eventsOfType'>, rootId: PlanId): Promise<string | null> {
  const notes = await plans.eventsOfType(rootId, 'note.added');
  const traces = notes.flatMap(({ payload }) => traceOf(payload as EventPayloads['note.added']) ?? []);
  return traces.at(-1) ?? null;
}

/** Not waited for: a program that has nothing else to do ends when the last span is on its way. */
async function follow(trace: RunTrace, ended: Promise<RunEnd>): Promise<void> {
  try {
    const { state, error } = await ended;
    await trace.end(runStateOf(state), error);
  } catch (thrown) {
    await trace.end('interrupted', toErrorValue(thrown));
  }
}

/** Once is enough: what comes after it has the same cause. */
function teller(aside: RunOptions['aside']): (text: string) => void {
  let hasTold = false;
  return (text) => {
    if (!hasTold) aside?.note(`telemetry: ${text} (the plan is not affected)`);
    hasTold = true;
  };
}
