import { toErrorValue } from '../../domain/errors.ts';
import type { CallId } from '../../domain/ids.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { BlobRef } from '../../domain/plan-event.ts';
import { proseText } from '../../domain/prose.ts';
import type { LiveLine, OutputSource } from '../../ports/output-source.ts';
import { LineRing } from './line-ring.ts';
import type { CallOutput } from './plan-view.ts';

/** Calls that are no longer shown whose output is kept, so that going back and forth costs nothing. */
const KEPT_CALLS = 32;

/** Where a call stands, as far as its output is concerned. */
export interface CallStanding {
  readonly isRunning: boolean;
  /** The stored log; null if there is none. */
  readonly log: BlobRef | null;
  readonly result: Json;
}

interface Shelved {
  ring: LineRing;
  /** Ends the telling of live lines; null once the call has ended. */
  unfollow: (() => void) | null;
}

/** Holds the output of the calls on the screen: live while they run, whole once they have ended. */
export class OutputShelf {
  readonly #source: OutputSource;
  readonly #standing: (callId: CallId) => CallStanding;
  readonly #onChange: () => void;
  /** In the order in which they were last shown. */
  readonly #shelved = new Map<CallId, Shelved>();
  #shown: ReadonlySet<CallId> = new Set();
  #outputs: ReadonlyMap<CallId, CallOutput> = new Map();
  #hasChanged = false;

  constructor(source: OutputSource, standing: (callId: CallId) => CallStanding, onChange: () => void) {
    this.#source = source;
    this.#standing = standing;
    this.#onChange = onChange;
  }

  show(callIds: readonly CallId[]): void {
    this.#shown = new Set(callIds);
    for (const callId of this.#shown) this.#takeUp(callId);
    for (const [callId, { unfollow }] of this.#shelved) {
      if (unfollow && !this.#shown.has(callId)) this.#drop(callId);
    }
    const excess = this.#shelved.size - this.#shown.size - KEPT_CALLS;
    const hidden = [...this.#shelved.keys()].filter((callId) => !this.#shown.has(callId));
    for (const callId of hidden.slice(0, Math.max(0, excess))) this.#drop(callId);
  }

  /** To be called after events: calls that have ended give their whole output. */
  settle(): void {
    for (const [callId, shelved] of this.#shelved) {
      if (shelved.unfollow && !this.#standing(callId).isRunning) this.#finish(callId, shelved);
    }
  }

  /** What is held now; the same map until something changes. */
  outputs(): ReadonlyMap<CallId, CallOutput> {
    if (this.#hasChanged) {
      this.#hasChanged = false;
      this.#outputs = new Map([...this.#shelved].map(([callId, { ring }]) => [callId, ring.value()]));
    }
    return this.#outputs;
  }

  stop(): void {
    for (const { unfollow } of this.#shelved.values()) unfollow?.();
    this.#shelved.clear();
  }

  #takeUp(callId: CallId): void {
    const known = this.#shelved.get(callId);
    if (known) {
      this.#shelved.delete(callId);
      this.#shelved.set(callId, known);
      return;
    }
    const shelved: Shelved = { ring: new LineRing(), unfollow: null };
    this.#shelved.set(callId, shelved);
    if (!this.#standing(callId).isRunning) return this.#finish(callId, shelved);
    shelved.unfollow = this.#source.follow(callId, (lines, dropped) => {
      shelved.ring.add(lines, dropped);
      this.#tell();
    });
  }

  #drop(callId: CallId): void {
    this.#shelved.get(callId)?.unfollow?.();
    this.#shelved.delete(callId);
    this.#tell();
  }

  #finish(callId: CallId, shelved: Shelved): void {
    shelved.unfollow?.();
    shelved.unfollow = null;
    const { log, result } = this.#standing(callId);
    if (log !== null) return this.#load(log, shelved);
    const lines = resultLines(result);
    if (lines !== null) this.#replace(shelved, lines);
  }

  #load(log: BlobRef, shelved: Shelved): void {
    this.#source.read(log).then(
      (lines) => this.#replace(shelved, lines),
      (thrown: unknown) => {
        const text = `the stored output can't be read: ${toErrorValue(thrown).message}`;
        shelved.ring.add([{ stream: 'stderr', text }], 0);
        this.#tell();
      },
    );
  }

  #replace(shelved: Shelved, lines: readonly LiveLine[]): void {
    shelved.ring = new LineRing();
    shelved.ring.add(lines, 0);
    this.#tell();
  }

  #tell(): void {
    this.#hasChanged = true;
    this.#onChange();
  }
}

/** What a result holds of what was said: a command's output, the words of a model or a tool server; null if it holds none. */
function resultLines(result: Json): readonly LiveLine[] | null {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return null;
  const { text, stdout, stderr } = result as JsonObject;
  if (stdout === undefined && stderr === undefined)
    return text === undefined ? null : linesOf('stdout', typeof text === 'string' ? proseText(text) : text);
  return [...linesOf('stdout', stdout), ...linesOf('stderr', stderr)];
}

function linesOf(stream: LiveLine['stream'], value: Json | undefined): readonly LiveLine[] {
  const text = typeof value === 'string' ? value : previewOf(value);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => ({ stream, text: line }));
}

/** A text too long for the state stands in it by its beginning (`BlobRef`). */
function previewOf(value: Json | undefined): string {
  const preview = (value as Partial<BlobRef> | null | undefined)?.preview;
  return typeof preview === 'string' ? `${preview} ...` : '';
}
