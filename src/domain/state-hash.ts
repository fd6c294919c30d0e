import { canonicalJson } from './json.ts';
import { SECTIONS, type Part, type PlanState, type Section } from './plan-state.ts';

/** sha256 of a UTF-8 text, as 64 hex digits. Comes from outside: the domain knows no crypto. */
export type Sha256 = (text: string) => string;

const MODULUS = 1n << 256n;

/** The hash of one live part; what is summed to the hash of a state. */
export function hashPart(sha256: Sha256, section: Section, key: string, part: Part): bigint {
  return hashPartText(sha256, { section, key, ord: part.ord, value: canonicalJson(part.value) });
}

/** A part whose value is canonical JSON text already. */
export interface PartText {
  readonly section: Section;
  readonly key: string;
  readonly ord: number;
  readonly value: string;
}

/** The same as `hashPart` without writing the value anew. */
export function hashPartText(sha256: Sha256, { section, key, ord, value }: PartText): bigint {
  return BigInt(`0x${sha256(`["${section}",${JSON.stringify(key)},${ord},${value}]`)}`);
}

/** Sum mod 2^256: independent of order, kept up in O(change) by adding what came and subtracting what went. */
export function addHash(sum: bigint, hash: bigint): bigint {
  return (sum + hash) % MODULUS;
}

export function subtractHash(sum: bigint, hash: bigint): bigint {
  return (sum - hash + MODULUS) % MODULUS;
}

/** A state's hash as stored: 64 hex digits. */
export function formatStateHash(sum: bigint): string {
  return sum.toString(16).padStart(64, '0');
}

export function parseStateHash(text: string): bigint {
  return BigInt(`0x${text}`);
}

/** The same for many at once. */
export function sumHashes(hashes: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const hash of hashes) sum += hash;
  return sum % MODULUS;
}

/** The hash of a whole state, made anew from all its parts. */
export function hashState(sha256: Sha256, state: PlanState): string {
  let sum = 0n;
  for (const section of SECTIONS) {
    for (const [key, part] of state.parts[section]) sum = addHash(sum, hashPart(sha256, section, key, part));
  }
  return formatStateHash(sum);
}
