import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Of lists what JSON makes of them. */
type Attributes = Readonly<Record<string, string | number | boolean | object>>;

export interface ReceivedSpan {
  readonly name: string;
  readonly trace: string;
  readonly id: string;
  /** Empty: it has none. */
  readonly parent: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** `TRACE-SPAN` each. */
  readonly links: readonly string[];
  readonly isError: boolean;
  readonly resource: Attributes;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: Attributes;
}

interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly OtlpAttribute[] }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number };
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** How a collector answers; it may also not answer at all. */
export type Answer = (response: ServerResponse) => void;

const WELL: Answer = (response) => void response.end('{}');

/** A collector of spans on loopback: OTLP over HTTP, as JSON. */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[] = [];
  readonly #server: Server;
  readonly #watchers = new Set<() => void>();

  private constructor(answer: Answer) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests.push({ path: request.url ?? '', headers: request.headers });
        this.spans.push(...readSpans(JSON.parse(Buffer.concat(chunks).toString()) as OtlpBody));
        answer(response);
        for (const watch of this.#watchers) watch();
      });
    });
  }

  static async open(answer: Answer = WELL): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(answer);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The spans of whole runs, once there are so many. */
  async runs(count: number): Promise<readonly ReceivedSpan[]> {
    const runs = (): ReceivedSpan[] => this.spans.filter((span) => this.#isTop(span));
    await this.#until(() => runs().length >= count);
    return runs();
  }

  async asked(): Promise<void> {
    await this.#until(() => this.requests.length > 0);
  }

  /** Waits for a span of that name. */
  async hears(name: string): Promise<void> {
    await this.#until(() => this.spans.some((span) => span.name === name));
  }

  /** The names of a run's spans as they stand below each other, in the order that they came in. */
  treeOf(span: ReceivedSpan, show: (span: ReceivedSpan) => string, depth = 0): string {
    const below = this.spans.filter(({ trace, parent }) => trace === span.trace && parent === span.id);
    return [
      `${'  '.repeat(depth)}${show(span)}`,
      ...below.map((one) => this.treeOf(one, show, depth + 1)),
    ].join('\n');
  }

  #isTop({ name, attributes, parent }: ReceivedSpan): boolean {
    const isWorkflow = name.startsWith('invoke_workflow ');
    return (
      isWorkflow &&
      attributes['agents.subplan.attempt'] === undefined &&
      !this.spans.some(({ id }) => id === parent)
    );
  }

  #until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!isTrue()) return;
        this.#watchers.delete(watch);
        resolve();
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function readSpans({ resourceSpans }: OtlpBody): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        name: span.name,
        trace: span.traceId,
        id: span.spanId,
        parent: span.parentSpanId ?? '',
        attributes: read(span.attributes),
        events: span.events.map(({ name, attributes }) => ({ name, attributes: read(attributes) })),
        links: span.links.map(({ traceId, spanId }) => `${traceId}-${spanId}`),
        isError: span.status.code === 2,
        resource: read(resource.attributes),
      })),
    ),
  );
}

function read(attributes: readonly OtlpAttribute[]): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as string]));
}
