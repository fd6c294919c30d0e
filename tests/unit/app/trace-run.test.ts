import { afterEach, describe, expect, it, vi } from 'vitest';
import { traceRun } from '../../../src/app/trace-run.ts';
import { StorageError } from '../../../src/domain/errors.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import type { PlanRecord } from '../../../src/domain/plan.ts';
import { EventBus } from '../../../src/execution/event-bus.ts';
import type { LiveJournal } from '../../../src/execution/live-journal.ts';
import type { RunEnd } from '../../../src/execution/plan-runner.ts';
import type { PlanStore } from '../../../src/ports/plan-store.ts';
import { tickingClock } from '../../support/cli-bench.ts';

type Request = Parameters<typeof traceRun>[0];

/** A run whose history is what was noted; what is said of it. */
class Run {
  readonly notes: string[] = [];
  readonly said: string[] = [];
  readonly lines: string[] = [];
  readonly bus = new EventBus();
  readonly request: Request;

  constructor(env: Readonly<Record<string, string>>, more: Partial<Request> = {}) {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const commit = async ([event]: readonly [PlanEvent]): Promise<readonly PlanEvent[]> => {
      this.notes.push((event.payload as { readonly text: string }).text);
      return [];
    };
    this.request = {
      parts: { options: { cwd: '/', env, set: {} }, clock: tickingClock('2026-01-01T00:00:00.000Z') },
      plans: { eventsOfType: async () => [] } as unknown as PlanStore,
      record: { plan_id: 'p', name: 'p' } as PlanRecord,
      journal: { rootId: 'p', commit } as unknown as LiveJournal,
      bus: this.bus,
      aside: { note: (text) => void this.said.push(text), complain: (line) => void this.lines.push(line) },
      ...more,
    };
  }
}

afterEach(() => vi.unstubAllEnvs());

describe('tracing a run', () => {
  it('Given that nothing is asked for, then nothing is noted, said or heard', async () => {
    const run = new Run({}, { plans: null as unknown as PlanStore });
    (await traceRun(run.request))(Promise.reject(new Error('never looked at')).catch(() => null) as never);
    expect([run.notes, run.said, run.lines]).toEqual([[], [], []]);
  });

  it('Given a run that breaks, then its span says by what, and nothing else breaks', async () => {
    const run = new Run({ OTEL_TRACES_EXPORTER: 'console' });
    const follow = await traceRun(run.request);
    follow(Promise.reject<RunEnd>(new StorageError('storage_full', 'the disk is full')));
    await vi.waitUntil(() => run.lines.length > 0);
    expect(JSON.parse(run.lines[0] as string)).toMatchObject({
      name: 'invoke_workflow p',
      status: 'error',
      attributes: { 'agents.plan.outcome': 'interrupted', 'error.type': 'storage_full' },
    });
    expect(run.notes).toEqual([expect.stringMatching(/^traced as 00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]);
  });

  it('Given the console where nobody reads it, then there is no trace', async () => {
    const run = new Run({ OTEL_TRACES_EXPORTER: 'console' });
    const { aside: _, ...alone } = run.request;
    await traceRun({ ...alone, aside: undefined });
    expect([run.notes, run.lines]).toEqual([[], []]);
  });

  it('Given a history that can not be read, then the run has no trace, and that is said', async () => {
    const eventsOfType = (): Promise<never> =>
      Promise.reject(new StorageError('gone', 'the history is gone'));
    const run = new Run({ OTEL_TRACES_EXPORTER: 'console' }, { plans: { eventsOfType } });
    await traceRun(run.request);
    expect(run.said).toEqual(['telemetry: the history is gone (the plan is not affected)']);
    expect(run.notes).toEqual([]);
  });

  it.each([
    ['the program notes', null, 1],
    ['a step notes', 's', 0],
  ])('Given a trace that %s, then the next one is linked to it that often: %s', async (_, step_id, links) => {
    const text = 'traced as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const noted = [{ payload: { text, step_id } }, { payload: { text: 'else', step_id: null } }];
    const plans = { eventsOfType: async () => noted as unknown as readonly PlanEvent[] };
    const run = new Run({ OTEL_TRACES_EXPORTER: 'console' }, { plans });
    (await traceRun(run.request))(Promise.reject<RunEnd>(new Error('over')));
    await vi.waitUntil(() => run.lines.length > 0);
    expect(JSON.parse(run.lines[0] as string).links).toHaveLength(links);
  });

  it('Given settings that the SDK does not understand, then its words are told once, and it goes on', async () => {
    const run = new Run({
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_BSP_SCHEDULE_DELAY: 'soon',
    });
    await traceRun(run.request);
    expect(run.said).toEqual([expect.stringContaining('OTEL_TRACES_SAMPLER value "sometimes" invalid')]);
    expect(run.notes).toHaveLength(1);
  });
});
