// A plan that happens as fast as it is told to, in a process of its own: event-writer.ts HOME WORKSPACE STEPS EVENTS CHECKPOINTS
// It writes that history, says the plan's id, then takes rates (events per second, 0: none) from its input until that ends.
import { createInterface } from 'node:readline';
import type { PlanId } from '../../src/domain/ids.ts';
import type { NewEvent } from '../../src/domain/plan-event.ts';
import { createRootPlan } from '../../src/execution/create-root-plan.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { tryAcquireLease } from '../../src/execution/plan-lease.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import { openStorage } from '../../src/storage/open-storage.ts';

const [home = '', workspace = '', ...numbers] = process.argv.slice(2);
const [steps = 0, events = 0, checkpoints = 0] = numbers.map(Number);
const BATCH = 500;
const TURN_MS = 10;

const processes = new SystemProcessTable();
const storage = await openStorage({ home, durability: 'normal', processes });
const ids = new UlidSource(systemClock);
const planId: PlanId = ids.next();

/** What steps tell, without end: each starts, calls a tool, notes something and is done; then they begin again. */
function* stepEvents(): Generator<NewEvent> {
  for (let n = 0; ; n += 1) {
    const step_id = `step-${n % steps}`;
    const attempt = 1 + Math.floor(n / steps);
    const call_id = ids.next();
    const base = { plan_id: planId };
    const call = { call_id, step_id, attempt, tool: 'fs.read', effect: 'read', tree_before: null } as const;
    yield { type: 'step.started', ...base, payload: { step_id, attempt } };
    yield { type: 'tool.started', ...base, payload: { ...call, input: { path: `notes/${n}.md` } } };
    yield { type: 'note.added', ...base, payload: { step_id, text: `read ${n} of what there is to read` } };
    yield {
      type: 'tool.completed',
      ...base,
      payload: { call_id, result: { text: `content ${n}` }, tree_after: null },
    };
    yield { type: 'step.completed', ...base, payload: { step_id, call_id, output: null } };
  }
}

const heads = Array.from({ length: steps }, (_, n) => ({
  id: `step-${n}`,
  kind: 'run' as const,
  name: `step-${n}`,
  effect: 'read' as const,
}));
await createRootPlan(
  storage.plans,
  planId,
  {
    name: 'many events',
    goal: null,
    workspace,
    created_at: new Date().toISOString(),
    document: {},
    included_documents: {},
    inputs: {},
    effective_config: {},
  },
  heads,
);
const held = await tryAcquireLease(storage.leases, processes, planId, 'runner');
if (!held) throw new Error('the lease of a new plan is not free');
const journal = await LiveJournal.open(
  { plans: storage.plans, bus: new EventBus(), clock: systemClock, ids },
  planId,
  held.lease.fence,
);
await journal.commit([
  { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
]);
const next = stepEvents();
const take = (count: number): NewEvent[] =>
  Array.from({ length: count }, () => next.next().value as NewEvent);

for (let written = 0, taken = 0; written < events - checkpoints;) {
  const count = Math.min(BATCH, events - checkpoints - written);
  await journal.commit(take(count));
  written += count;
  // In step with the events.
  for (; taken < (checkpoints * written) / (events - checkpoints); taken += 1) {
    await journal.commitCheckpoint('on_tool_write', { planId, stepId: `step-${taken % steps}` });
  }
}
process.stdout.write(`${planId}\n`);

let rate = 0;
let owed = 0;
let last = performance.now();
const timer = setInterval(() => {
  const now = performance.now();
  owed += (rate * (now - last)) / 1000;
  last = now;
  const count = Math.floor(owed);
  owed -= count;
  if (count > 0) void journal.commit(take(count));
}, TURN_MS);

for await (const line of createInterface({ input: process.stdin })) rate = Number(line);
clearInterval(timer);
await journal.commit([{ type: 'plan.completed', plan_id: planId, payload: { outputs: {} } }]);
await held[Symbol.asyncDispose]();
await storage.close();
