import {
  type Context,
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';

/** As W3C Trace Context writes it; later versions may say more behind it. */
const TRACEPARENT =
  /^[0-9a-f]{2}-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?:-|$)/;

/** null for what is none. */
export function readTraceparent(text: string, state?: string): SpanContext | null {
  const { traceId, spanId, flags } = TRACEPARENT.exec(text.trim())?.groups ?? {};
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  const traceState = state === undefined ? {} : { traceState: createTraceState(state) };
  const found = { traceId, spanId, traceFlags, isRemote: true, ...traceState };
  return isSpanContextValid(found) ? found : null;
}

export function writeTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** What started this program may have said what it is a part of (`TRACEPARENT`, `TRACESTATE`); null: it hasn't. */
export function contextOf(env: Readonly<Record<string, string | undefined>>): Context | null {
  const parent = readTraceparent(env['TRACEPARENT'] ?? '', env['TRACESTATE']);
  return parent && trace.setSpanContext(ROOT_CONTEXT, parent);
}
