import { describe, expect, it } from 'vitest';
import { openTracing } from '../../../src/telemetry/open-tracing.ts';
import { OtlpReceiver, type Answer } from '../../support/otlp-receiver.ts';

const trickle: Answer = (response) => {
  const timer = setInterval(() => response.write('x'), 100);
  response.on('close', () => clearInterval(timer));
};

describe('a collector that never comes to an end', () => {
  it.each([
    ['says nothing', () => undefined],
    ['says a little for ever', trickle],
  ])('Given one that %s, then closing ends all the same, and says why', async (_, answer) => {
    await using receiver = await OtlpReceiver.open(answer);
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url;
    const troubles: string[] = [];
    const onTrouble = (text: string): void => void troubles.push(text);
    const tracing = openTracing({ targets: ['otlp'], env: process.env, onTrouble, write: null });
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    tracing?.tracer.startSpan('one').end();
    await tracing?.close();
    await receiver.asked();
    expect(troubles[0]).toMatch(/^spans could not be sent: /);
  });
});
