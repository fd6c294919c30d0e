/** A ULID: 26 characters of Crockford base 32, sorted by time (https://github.com/ulid/spec). */
export type Ulid = string;
export type PlanId = Ulid;
export type CheckpointId = Ulid;
export type CallId = Ulid;
export type DecisionId = Ulid;
export type SubplanId = Ulid;

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const ULID_PREFIX = /^[0-7][0-9A-HJKMNP-TV-Z]{0,25}$/;

export function isUlid(text: string): boolean {
  return ULID.test(text);
}

/** True if `text` could be the beginning of an id, in either case. */
export function isUlidPrefix(text: string): boolean {
  return ULID_PREFIX.test(text.toUpperCase());
}

export const ID_LENGTH = 26;
export const SHORT_ID_LENGTH = 8;

/** The last 8 characters: ids made close together share their first ten, so the end tells them apart. */
export function shortId(id: Ulid): string {
  return id.slice(-SHORT_ID_LENGTH);
}

/** A checkpoint's number as typed: `12` or `#12`; null if the text is no number. */
export function parseCheckpointNumber(text: string): number | null {
  const match = /^#?([1-9][0-9]{0,14})$/.exec(text);
  return match ? Number(match[1]) : null;
}

const LABEL_LIMIT = 200;

/** Why a text cannot be a checkpoint's label, or null if it can. A label may not look like a number or like `last`. */
export function findLabelFault(label: string): string | null {
  if (label.trim() === '') return 'a label needs at least one visible character';
  if (label.length > LABEL_LIMIT) return `a label has at most ${LABEL_LIMIT} characters`;
  if (/^#?[0-9]+$/.test(label)) return 'a label may not look like a number: numbers name checkpoints';
  if (label === 'last') return '"last" always means the newest checkpoint';
  return /[\n\r]/.test(label) ? 'a label is one line' : null;
}
