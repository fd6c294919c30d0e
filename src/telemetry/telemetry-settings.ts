/** Where spans go. */
export type SpanTarget = 'otlp' | 'console';

/** What the standard variables of the environment ask for. */
export interface TelemetrySettings {
  /** Empty: it is off. */
  readonly targets: readonly SpanTarget[];
  /** Inputs, outputs and messages too, not only what happened and when. */
  readonly content: boolean;
  /** What was asked for and can't be done. */
  readonly troubles: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The only thing here that is loaded where nothing is asked for: it imports nothing. */
export function telemetrySettings(env: Environment): TelemetrySettings {
  const { targets, troubles } = isOn(env, 'OTEL_SDK_DISABLED') ? OFF : targetsOf(env);
  return { targets, troubles, content: isOn(env, 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT') };
}

type Targets = Pick<TelemetrySettings, 'targets' | 'troubles'>;

const OFF: Targets = { targets: [], troubles: [] };

function targetsOf(env: Environment): Targets {
  const named = textOf(env, 'OTEL_TRACES_EXPORTER');
  const names = named === null ? byEndpoint(env) : named.split(',').map((name) => name.trim().toLowerCase());
  if (names.includes('none')) return OFF;
  const troubles: string[] = [];
  const targets = [...new Set(names)].filter((name): name is SpanTarget => {
    const trouble = troubleOf(name, env);
    if (trouble !== null) troubles.push(trouble);
    return trouble === null;
  });
  return { targets, troubles };
}

/** Without a name for it, an address is enough. */
function byEndpoint(env: Environment): readonly string[] {
  return otlpText(env, 'ENDPOINT') === null ? [] : ['otlp'];
}

function troubleOf(name: string, env: Environment): string | null {
  if (name === 'console') return null;
  if (name !== 'otlp') return `OTEL_TRACES_EXPORTER=${name} is not known here: otlp, console or none`;
  // The SDK would take the one of this machine for it.
  const endpoint = otlpText(env, 'ENDPOINT');
  if (endpoint !== null && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    return 'OTEL_EXPORTER_OTLP_ENDPOINT is no address: http://localhost:4318 is one';
  const protocol = otlpText(env, 'PROTOCOL');
  // A collector that takes OTLP over HTTP takes JSON at the same address.
  if (protocol === null || protocol.startsWith('http/')) return null;
  return `OTLP over ${protocol} is not spoken here: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json and the collector's HTTP port (4318)`;
}

/** The more special variable counts. */
function otlpText(env: Environment, name: string): string | null {
  return textOf(env, `OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? textOf(env, `OTEL_EXPORTER_OTLP_${name}`);
}

/** A variable that is set to nothing is not set. */
function textOf(env: Environment, name: string): string | null {
  const text = env[name]?.trim() ?? '';
  return text === '' ? null : text;
}

function isOn(env: Environment, name: string): boolean {
  return textOf(env, name)?.toLowerCase() === 'true';
}
