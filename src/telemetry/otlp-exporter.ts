import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

type Environment = Readonly<Record<string, string | undefined>>;

/** An export that lasts longer would keep the program from ending. */
export const MOST_MS = 2000;

/**
 * Sends spans as the variables say: address, headers, compression, certificates. @param end breaks every connection off
 * @throws what keeps a certificate from being read
 */
export function createOtlpExporter(env: Environment, end: AbortSignal): OTLPTraceExporter {
  // One connection each listens.
  setMaxListeners(0, end);
  // The SDK reads the certificates itself only where nothing else is said of connections.
  const connections = { keepAlive: true, signal: end, ...certificatesOf(env) };
  return new OTLPTraceExporter({
    timeoutMillis: Math.min(timeoutOf(env), MOST_MS),
    httpAgentOptions: connections,
  });
}

/** The more special variable counts. */
function valueOf(env: Environment, name: string): string {
  return env[`OTEL_EXPORTER_OTLP_TRACES_${name}`] || (env[`OTEL_EXPORTER_OTLP_${name}`] ?? '');
}

function timeoutOf(env: Environment): number {
  const asked = Number(valueOf(env, 'TIMEOUT'));
  return asked > 0 ? asked : MOST_MS;
}

function certificatesOf(env: Environment): Readonly<Record<string, Buffer>> {
  const files = { ca: 'CERTIFICATE', cert: 'CLIENT_CERTIFICATE', key: 'CLIENT_KEY' };
  const given = Object.entries(files).map(([option, name]) => [option, valueOf(env, name)] as const);
  return Object.fromEntries(
    given.filter(([, file]) => file !== '').map(([option, file]) => [option, readFileSync(file)]),
  );
}
