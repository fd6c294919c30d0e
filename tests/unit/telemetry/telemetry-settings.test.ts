import { describe, expect, it } from 'vitest';
import { telemetrySettings } from '../../../src/telemetry/telemetry-settings.ts';

const HERE = 'http://localhost:4318';

describe('what the environment asks for', () => {
  it.each([
    ['nothing', {}, []],
    ['an address', { OTEL_EXPORTER_OTLP_ENDPOINT: HERE }, ['otlp']],
    ['an address of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${HERE}/v1/traces` }, ['otlp']],
    ['an address that is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, []],
    ['otlp by name', { OTEL_TRACES_EXPORTER: 'otlp' }, ['otlp']],
    ['console', { OTEL_TRACES_EXPORTER: 'console' }, ['console']],
    ['both, one of them twice', { OTEL_TRACES_EXPORTER: 'otlp, Console,otlp' }, ['otlp', 'console']],
    [
      'console although there is an address',
      { OTEL_TRACES_EXPORTER: 'console', OTEL_EXPORTER_OTLP_ENDPOINT: HERE },
      ['console'],
    ],
    [
      'none although there is an address',
      { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: HERE },
      [],
    ],
    [
      'an exporter that is set to nothing',
      { OTEL_TRACES_EXPORTER: '', OTEL_EXPORTER_OTLP_ENDPOINT: HERE },
      ['otlp'],
    ],
    ['an SDK that is off', { OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_EXPORTER: 'otlp' }, []],
    ['an SDK that is not off', { OTEL_SDK_DISABLED: '1', OTEL_TRACES_EXPORTER: 'otlp' }, ['otlp']],
    ['JSON over HTTP', { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, ['otlp']],
    [
      'protobuf over HTTP: who takes that takes JSON',
      { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
      ['otlp'],
    ],
  ])('Given %s, then spans go there, and nothing is wrong', (_, env, targets) => {
    expect(telemetrySettings(env)).toEqual({ targets, content: false, troubles: [] });
  });

  it.each([
    ['an exporter that is not known', { OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER=zipkin'],
    ['gRPC', { OTEL_EXPORTER_OTLP_ENDPOINT: HERE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'over grpc'],
    [
      'gRPC for traces alone',
      {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
      },
      'over grpc',
    ],
    ['no address', { OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense' }, 'is no address'],
    ['an address of something else', { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, 'is no address'],
  ])('Given %s, then it is off, and says why', (_, env, trouble) => {
    const { targets, troubles } = telemetrySettings(env);
    expect(targets).toEqual([]);
    expect(troubles).toEqual([expect.stringContaining(trouble)]);
  });

  it('Given one exporter that is known and one that is not, then the one works', () => {
    const { targets, troubles } = telemetrySettings({ OTEL_TRACES_EXPORTER: 'jaeger,console' });
    expect([targets, troubles.length]).toEqual([['console'], 1]);
  });

  it.each([
    ['true', true],
    ['false', false],
    [undefined, false],
  ])('Given content asked for with %s, then that is %s', (value, content) => {
    const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: value };
    expect(telemetrySettings(env).content).toBe(content);
  });
});
