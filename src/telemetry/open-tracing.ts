import { diag, DiagLogLevel, type Tracer } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { createOtlpExporter, MOST_MS } from './otlp-exporter.ts';
import { LineExporter, ToldExporter } from './span-exporters.ts';
import type { SpanTarget } from './telemetry-settings.ts';

declare const __AGENTS_VERSION__: string;

export interface TracingRequest {
  readonly targets: readonly SpanTarget[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What goes wrong; called often, and also after `close`. */
  readonly onTrouble: (text: string) => void;
  /** Where spans are written as lines; null: nobody reads them. */
  readonly write: ((line: string) => void) | null;
}

/** Where spans begin, and what sees to it that they arrive. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what is left. Never rejects, and takes 2 s at most. */
  close(): Promise<void>;
}

/** null if there is nowhere for a span to go. Sampling, limits, batches and the resource are as the variables of the SDK say. */
export function openTracing({ targets, env, onTrouble, write }: TracingRequest): Tracing | null {
  listenToSdk(onTrouble);
  const end = new AbortController();
  const processors: SpanProcessor[] = [];
  const otlp = targets.includes('otlp')
    ? new ToldExporter(createOtlpExporter(env, end.signal), (error) => onTrouble(failureText(error)))
    : null;
  if (otlp) processors.push(new BatchSpanProcessor(otlp));
  if (targets.includes('console') && write) {
    processors.push(new SimpleSpanProcessor(new LineExporter(write)));
  }
  if (processors.length === 0) return null;
  const provider = new BasicTracerProvider({ resource: resourceOfProgram(), spanProcessors: processors });
  return {
    // Not the global one: what libraries would trace by themselves is in no journal.
    tracer: provider.getTracer('agents', __AGENTS_VERSION__),
    close: async () => {
      const giveUp = setTimeout(() => end.abort(), MOST_MS);
      // One batch that failed, which was told, doesn't keep the others from arriving.
      await provider.shutdown().catch(() => otlp?.shutdown());
      clearTimeout(giveUp);
      end.abort();
    },
  };
}

function resourceOfProgram(): ReturnType<typeof defaultResource> {
  const own = resourceFromAttributes({ 'service.name': 'agents', 'service.version': __AGENTS_VERSION__ });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

const ignore = (): void => undefined;

/** It says what it doesn't understand of the variables, and what it had to drop; its own talk of spans is nobody's concern. */
function listenToSdk(onTrouble: (text: string) => void): void {
  const warn = (text: string): void => {
    if (/OTEL_|^Configuration|^Dropped/.test(text)) onTrouble(text);
  };
  const logger = { verbose: ignore, debug: ignore, info: ignore, warn, error: warn };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function failureText(error: Error & { readonly code?: string | number }): string {
  const words = [typeof error.code === 'number' ? error.code : '', error.message || error.code];
  const why = error.name === 'AbortError' ? 'it takes too long' : words.join(' ').trim();
  return `spans could not be sent: ${why}`;
}
