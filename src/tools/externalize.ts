import { Buffer } from 'node:buffer';
import { BugError } from '../domain/errors.ts';
import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import type { BlobRef } from '../domain/plan-event.ts';
import type { BlobStore } from '../ports/blob-store.ts';

/** Values up to this many bytes of JSON stand where they are. */
const INLINE_BYTES = 4096;
const PREVIEW_CHARACTERS = 200;
const REF = /^sha256:[0-9a-f]{64}$/;

/** True for what `externalize` puts in a value's place. */
export function isBlobRef(value: unknown): value is BlobRef {
  if (!isObject(value)) return false;
  const { ref, media } = value as Partial<BlobRef>;
  const keys = Object.keys(value).sort().join();
  return (
    keys === 'bytes,media,preview,ref' && REF.test(String(ref)) && (media === 'text' || media === 'json')
  );
}

/**
 * Puts what is too long for the state into the blob store: long texts that are fields of the value (or the value) each
 * for itself, so that the rest stays readable; the whole value as JSON where that is not enough. A value that holds
 * something that looks like a reference is stored whole, so a reference always is one of ours.
 * @throws StorageError
 */
export async function externalize(value: Json, blobs: BlobStore): Promise<Json> {
  if (holdsBlobRef(value)) return await putJson(value, blobs);
  if (jsonBytes(value) <= INLINE_BYTES) return value;
  if (typeof value === 'string') return await putText(value, blobs);
  if (!isObject(value)) return await putJson(value, blobs);
  // Measured with references as long as the real ones, before anything is stored that nobody would refer to.
  const outline = mapFields(value, (item) =>
    isLongText(item) ? (describe(item, 'text', `sha256:${'0'.repeat(64)}`) as unknown as Json) : item,
  );
  if (jsonBytes(outline) > INLINE_BYTES) return await putJson(value, blobs);
  return await mapFieldsAsync(value, async (item) => (isLongText(item) ? await putText(item, blobs) : item));
}

/**
 * The value as it was before `externalize`.
 * @throws StorageError `blob_missing`, `blob_damaged`
 */
export async function internalize(value: Json, blobs: BlobStore): Promise<Json> {
  if (isBlobRef(value)) return await fetchBlob(value, blobs);
  if (!isObject(value)) return value;
  return await mapFieldsAsync(value, async (item) => (isBlobRef(item) ? await fetchBlob(item, blobs) : item));
}

async function fetchBlob({ ref, media }: BlobRef, blobs: BlobStore): Promise<Json> {
  const text = Buffer.from(await blobs.get(ref)).toString('utf8');
  return media === 'text' ? text : (JSON.parse(text) as Json);
}

async function putText(text: string, blobs: BlobStore): Promise<Json> {
  return await put(text, 'text', blobs);
}

async function putJson(value: Json, blobs: BlobStore): Promise<Json> {
  return await put(canonicalJson(value), 'json', blobs);
}

async function put(text: string, media: BlobRef['media'], blobs: BlobStore): Promise<Json> {
  const ref = await blobs.put(Buffer.from(text));
  if (!REF.test(ref)) throw new BugError('bad_blob_reference', `the blob store gave "${ref}" as a reference`);
  return describe(text, media, ref) as unknown as Json;
}

function describe(text: string, media: BlobRef['media'], ref: string): BlobRef {
  // A pair of surrogates is not cut in two: half a pair has no UTF-8 form.
  const preview = text.slice(0, PREVIEW_CHARACTERS).replace(/[\ud800-\udbff]$/, '');
  return { ref, media, bytes: Buffer.byteLength(text), preview };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLongText(value: Json): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) > INLINE_BYTES;
}

function jsonBytes(value: Json): number {
  return Buffer.byteLength(canonicalJson(value));
}

function holdsBlobRef(value: Json): boolean {
  if (isBlobRef(value)) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((item: Json) => holdsBlobRef(item))
  );
}

function mapFields(value: JsonObject, change: (item: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}

async function mapFieldsAsync(value: JsonObject, change: (item: Json) => Promise<Json>): Promise<JsonObject> {
  const fields = Object.entries(value).map(async ([key, item]) => [key, await change(item)] as const);
  return Object.fromEntries(await Promise.all(fields));
}
