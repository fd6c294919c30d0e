import type { PlanId } from './ids.ts';
import { canonicalJson, type Json, type JsonObject } from './json.ts';
import type { EventPayloads, NewEvent } from './plan-event.ts';
import type { Section } from './plan-state.ts';
import type { Sha256 } from './state-hash.ts';

/**
 * A value stands once. Longer than this, the journal keeps only its digest, and the value stands in the state part that
 * the event wrote (same seq); shorter ones stay in the event.
 */
const JOURNAL_VALUE_BYTES = 256;

/** Where a value that can be long stands as a part: of the plan, the section and the key, the whole part or one field. */
export interface ValuePlace {
  readonly planId: PlanId;
  readonly section: Section;
  readonly key: string;
  /** null: the value is the whole part. */
  readonly partField: 'result' | 'value' | null;
}

/** What the journal keeps instead of a long value. */
interface Digest {
  /** Sha256 of its canonical JSON, hex. */
  readonly $part: string;
  readonly bytes: number;
}

type Change = (value: Json, place: ValuePlace) => Json;

function isDigest(value: Json): value is Json & Digest {
  return typeof value === 'object' && value !== null && '$part' in value;
}

/** The payload as the journal stores it; hashes cover this form, so that they still hold when parts were pruned. */
export function toStoredPayload(event: NewEvent, sha256: Sha256): JsonObject {
  return mapValues(event, (value) => {
    const text = canonicalJson(value);
    // A value that looks like a digest is replaced too, whatever its size: what is read back is never ambiguous.
    if (text.length <= JOURNAL_VALUE_BYTES && !isDigest(value)) return value;
    return { $part: sha256(text), bytes: text.length };
  });
}

/**
 * The payload as it was: `partAt` gives the value of the part that the event wrote there, null if it was pruned (then the digest
 * stays in its place).
 */
export function fromStoredPayload(
  event: Pick<NewEvent, 'type' | 'payload' | 'plan_id'>,
  partAt: (place: ValuePlace) => Json | null,
): JsonObject {
  return mapValues(event, (value, place) => {
    const part = isDigest(value) ? partAt(place) : null;
    if (part === null) return value;
    return place.partField === null
      ? part
      : (part as Readonly<Record<'result' | 'value', Json>>)[place.partField];
  });
}

/** The digests in a stored payload, with the place where each value stands. */
export function digestsIn(
  event: Pick<NewEvent, 'type' | 'payload' | 'plan_id'>,
): readonly { readonly place: ValuePlace; readonly digest: string }[] {
  const found: { place: ValuePlace; digest: string }[] = [];
  mapValues(event, (value, place) => {
    if (isDigest(value)) found.push({ place, digest: value.$part });
    return value;
  });
  return found;
}

/** The payload with its values that can be long as `change` gives them. */
function mapValues(event: Pick<NewEvent, 'type' | 'payload' | 'plan_id'>, change: Change): JsonObject {
  const payload = event.payload as unknown as JsonObject;
  const { call_id, key, step_id } = payload as Readonly<Record<string, string>>;
  const one = (field: string, place: Omit<ValuePlace, 'planId'>): JsonObject => {
    const value = payload[field] ?? null;
    return { ...payload, [field]: change(value, { planId: event.plan_id, ...place }) };
  };
  switch (event.type) {
    case 'tool.completed':
    case 'tool.failed':
      return one('result', { section: 'tool_calls', key: call_id as string, partField: 'result' });
    case 'context.set':
      return one('value', { section: 'context', key: key as string, partField: null });
    case 'step.completed':
      return one('output', { section: 'outputs', key: step_id as string, partField: 'value' });
    case 'plan.rolled_back':
      return { ...payload, parts: rolledBackParts(payload).map((part) => withValue(part, change)) };
    default:
      return payload;
  }
}

type StoredPart = EventPayloads['plan.rolled_back']['parts'][number];

function rolledBackParts(payload: JsonObject): readonly StoredPart[] {
  return (payload as unknown as EventPayloads['plan.rolled_back']).parts;
}

function withValue(part: StoredPart, change: Change): JsonObject {
  const { plan_id: planId, section, key } = part;
  return {
    ...part,
    value: change(part.value, { planId, section: section as Section, key, partField: null }),
  };
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
