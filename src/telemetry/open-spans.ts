import {
  type Attributes,
  context,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { ErrorValue } from '../domain/errors.ts';
import { ERROR_TYPE } from './attribute-names.ts';

export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** ISO 8601. */
  readonly at: string;
  readonly links?: Link[];
}

/** What ended when, and how. */
export interface SpanEnd {
  readonly at: string;
  readonly attributes?: Attributes;
  readonly error?: ErrorValue | null;
}

/** A tree of spans that have begun and not ended, each with a key of its own. */
export class OpenSpans {
  readonly #tracer: Tracer;
  readonly #content: boolean;
  readonly #root: { readonly key: string; readonly span: Span };
  readonly #open = new Map<string, { readonly span: Span; readonly above: string }>();

  /**
   * Begins the root.
   * @param content messages of errors too, which can hold what a tool printed
   * @param under what the root is a part of; null: of nothing
   */
  constructor(
    tracer: Tracer,
    content: boolean,
    root: { readonly key: string; readonly under: Context | null; readonly start: SpanStart },
  ) {
    this.#tracer = tracer;
    this.#content = content;
    this.#root = { key: root.key, span: this.#begin(root.start, root.under ?? context.active()) };
  }

  get root(): Span {
    return this.#root.span;
  }

  /** The first of the keys that is open; else the root's. */
  firstOpen(keys: readonly string[]): string {
    return keys.find((key) => this.#open.has(key)) ?? this.#root.key;
  }

  /** The span of a key that `firstOpen` gave. */
  get(key: string): Span {
    return this.#open.get(key)?.span ?? this.#root.span;
  }

  /** One that is open under this key ends: nobody said how. @param above as `firstOpen` gave it */
  start(key: string, above: string, start: SpanStart): void {
    this.end(key, start);
    this.#open.set(key, {
      span: this.#begin(start, trace.setSpan(context.active(), this.get(above))),
      above,
    });
  }

  /** With all below it; nothing if it isn't open. */
  end(key: string, { at, attributes, error }: SpanEnd): void {
    const found = this.#open.get(key);
    if (!found) return;
    this.endBelow(key, { at });
    this.#open.delete(key);
    this.#finish(found.span, { at, ...(attributes && { attributes }), ...(error && { error }) });
  }

  endBelow(key: string, end: SpanEnd): void {
    for (const [below, { above }] of this.#open) if (above === key) this.end(below, end);
  }

  endAll(end: SpanEnd): void {
    this.endBelow(this.#root.key, { at: end.at });
    this.#finish(this.#root.span, end);
  }

  fail(span: Span, { code, message }: ErrorValue): void {
    span.setAttribute(ERROR_TYPE, code);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(this.#content && { message }) });
  }

  #begin({ name, kind, attributes, at, links = [] }: SpanStart, under: Context): Span {
    return this.#tracer.startSpan(name, { kind, attributes, links, startTime: new Date(at) }, under);
  }

  #finish(span: Span, { at, attributes = {}, error = null }: SpanEnd): void {
    span.setAttributes(attributes);
    if (error) this.fail(span, error);
    span.end(new Date(at));
  }
}
