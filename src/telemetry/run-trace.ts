import type { Link } from '@opentelemetry/api';
import type { ErrorValue } from '../domain/errors.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventListener } from '../ports/event-listener.ts';
import { openTracing } from './open-tracing.ts';
import { PlanSpans, type SpannedRun } from './plan-spans.ts';
import { contextOf, readTraceparent, writeTraceparent } from './run-context.ts';
import type { TelemetrySettings } from './telemetry-settings.ts';

export interface RunTraceRequest {
  readonly settings: TelemetrySettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly plan: SpannedRun['plan'];
  readonly journal: { readonly tree: TreeState };
  /** `traceparent` of the run before this one; null: there was none, or nobody knows. */
  readonly earlier: string | null;
  /** What goes wrong with it; called often, and also after the end. */
  readonly onTrouble: (text: string) => void;
  /** Where spans are written as lines; null: nobody reads them. */
  readonly write: ((line: string) => void) | null;
}

/** The trace of one run of a plan. */
export interface RunTrace {
  /** Hears what is committed. */
  readonly listener: EventListener;
  /** Where the trace is found; null: it is not one of those that are sent. */
  readonly traceparent: string | null;
  /** Ends what is open and sends what is left. Never rejects, and takes 2 s at most. @param outcome the plan's state */
  end(outcome: string, error: ErrorValue | null): Promise<void>;
}

/** null if there is nowhere for a span to go. */
export function openRunTrace(request: RunTraceRequest): RunTrace | null {
  const { settings, env, clock, plan, journal, earlier, onTrouble, write } = request;
  const tracing = openTracing({ targets: settings.targets, env, onTrouble, write });
  if (!tracing) return null;
  const now = (): string => new Date(clock.now()).toISOString();
  const { content } = settings;
  const links = linksTo(earlier);
  const run = {
    plan,
    journal,
    content,
    links,
    tracer: tracing.tracer,
    under: contextOf(env),
    startedAt: now(),
  };
  const spans = new PlanSpans(run);
  return {
    listener: spans,
    traceparent: spans.root.isRecording() ? writeTraceparent(spans.root.spanContext()) : null,
    end: async (outcome, error) => {
      spans.end(now(), outcome, error);
      await tracing.close();
    },
  };
}

function linksTo(earlier: string | null): Link[] {
  const context = readTraceparent(earlier ?? '');
  return context ? [{ context, attributes: { 'agents.link': 'earlier_run' } }] : [];
}
