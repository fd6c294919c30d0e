import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { contextOf, readTraceparent, writeTraceparent } from '../../../src/telemetry/run-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, 1],
    [`00-${TRACE}-${SPAN}-00`, 0],
    [` 01-${TRACE}-${SPAN}-03-more `, 1],
  ])('Given %s, then it is read', (text, traceFlags) => {
    expect(readTraceparent(text)).toMatchObject({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });

  it.each([
    '',
    'nonsense',
    `00-${TRACE}-${SPAN}`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ])('Given "%s", then there is none', (text) => {
    expect(readTraceparent(text)).toBeNull();
    expect(contextOf({ TRACEPARENT: text })).toBeNull();
  });

  it('Given one in the environment, then what begins is a part of it, with its state', () => {
    const context = contextOf({ TRACEPARENT: `00-${TRACE}-${SPAN}-01`, TRACESTATE: 'a=1,b=2' });
    const parent = context && trace.getSpanContext(context);
    expect(parent).toMatchObject({ traceId: TRACE, spanId: SPAN });
    expect(parent?.traceState?.get('b')).toBe('2');
    expect(writeTraceparent(parent as NonNullable<typeof parent>)).toBe(`00-${TRACE}-${SPAN}-01`);
  });
});
