import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

type Answer = Parameters<SpanExporter['export']>[1];

/** `ExportResultCode.SUCCESS`. */
const SUCCESS = 0;

/** Says when what it passes on could not be exported. */
export class ToldExporter implements SpanExporter {
  readonly #inner: SpanExporter;
  readonly #onFailure: (error: Error) => void;

  constructor(inner: SpanExporter, onFailure: (error: Error) => void) {
    this.#inner = inner;
    this.#onFailure = onFailure;
  }

  export(spans: ReadableSpan[], answer: Answer): void {
    this.#inner.export(spans, (result) => {
      if (result.error) this.#onFailure(result.error);
      answer(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }
}

/** Writes each span as a line of JSON. */
export class LineExporter implements SpanExporter {
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  export(spans: ReadableSpan[], answer: Answer): void {
    for (const span of spans) this.#write(toAscii(toLine(span)));
    answer({ code: SUCCESS });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function toLine(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return JSON.stringify({
    name: span.name,
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: span.parentSpanContext?.spanId ?? null,
    started_at: new Date(toMs(span.startTime)).toISOString(),
    duration_ms: toMs(span.duration),
    status: SpanStatusCode[span.status.code]?.toLowerCase(),
    attributes: span.attributes,
    events: span.events.map(({ name, attributes }) => ({ name, attributes })),
    links: span.links.map(({ context }) => ({ trace_id: context.traceId, span_id: context.spanId })),
  });
}

/** No terminal acts on it, and it is the same JSON. */
function toAscii(json: string): string {
  return json.replace(/[\u007F-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const toMs = ([seconds, nanoseconds]: HrTime): number => seconds * 1000 + nanoseconds / 1e6;
