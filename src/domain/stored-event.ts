import { canonicalJson, type Json, type JsonObject } from './json.ts';
import type { NewEvent } from './plan-event.ts';
import type { Section } from './plan-state.ts';
import type { Sha256 } from './state-hash.ts';

/**
 * A value stands once. Longer than this, the journal keeps only its digest, and the value stands in the state part that
 * the event wrote (same seq); shorter ones stay in the event.
 */
const JOURNAL_VALUE_BYTES = 256;

/** Where the long value of an event type lives: its field, and the part's section, key and field. */
interface ValuePlace {
  readonly field: string;
  readonly section: Section;
  readonly key: string;
  /** null: the value is the whole part. */
  readonly partField: 'result' | 'value' | null;
}

/** The one value of an event that can be long, or null. */
export function valuePlaceOf(event: Pick<NewEvent, 'type' | 'payload'>): ValuePlace | null {
  const payload = event.payload as unknown as Readonly<Record<'call_id' | 'key' | 'step_id', string>>;
  switch (event.type) {
    case 'tool.completed':
    case 'tool.failed':
      return { field: 'result', section: 'tool_calls', key: payload.call_id, partField: 'result' };
    case 'context.set':
      return { field: 'value', section: 'context', key: payload.key, partField: null };
    case 'step.completed':
      return { field: 'output', section: 'outputs', key: payload.step_id, partField: 'value' };
    default:
      return null;
  }
}

/** What the journal keeps instead of a long value. */
interface Digest {
  readonly $part: string;
  readonly bytes: number;
}

function isDigest(value: Json | undefined): value is Json & Digest {
  return typeof value === 'object' && value !== null && '$part' in value;
}

/** The payload as the journal stores it; hashes cover this form, so that they still hold when parts were pruned. */
export function toStoredPayload(event: NewEvent, sha256: Sha256): JsonObject {
  const payload = event.payload as unknown as JsonObject;
  const place = valuePlaceOf(event);
  if (!place) return payload;
  const text = canonicalJson(payload[place.field] ?? null);
  // A value that looks like a digest is replaced too, whatever its size: what is read back is never ambiguous.
  if (text.length <= JOURNAL_VALUE_BYTES && !isDigest(payload[place.field])) return payload;
  return { ...payload, [place.field]: { $part: sha256(text), bytes: text.length } };
}

/**
 * The payload as it was: `part` is the value of the part that the event wrote, null if it was pruned (then the digest
 * stays in its place).
 */
export function fromStoredPayload(event: Pick<NewEvent, 'type' | 'payload'>, part: Json | null): JsonObject {
  const payload = event.payload as unknown as JsonObject;
  const place = valuePlaceOf(event);
  if (!place || !isDigest(payload[place.field]) || part === null) return payload;
  const value =
    place.partField === null ? part : (part as Readonly<Record<'result' | 'value', Json>>)[place.partField];
  return { ...payload, [place.field]: value };
}

/** True if the stored payload needs the part that its event wrote. */
export function needsPart(event: Pick<NewEvent, 'type' | 'payload'>): boolean {
  const place = valuePlaceOf(event);
  return place !== null && isDigest((event.payload as unknown as JsonObject)[place.field]);
}

/** The next link of a journal's hash chain, 64 hex digits. */
export function chainHash(
  sha256: Sha256,
  previous: string,
  event: {
    readonly seq: number;
    readonly plan_id: string;
    readonly type: string;
    readonly v: number;
    readonly at: string;
  },
  storedPayload: JsonObject,
): string {
  const { seq, plan_id, type, v, at } = event;
  return sha256(previous + canonicalJson({ seq, plan_id, type, v, at, payload: storedPayload }));
}

/** The hash before a journal's first event. */
export const CHAIN_START = '0'.repeat(64);
