/** Names of environment variables that usually hold a secret. */
export const SECRET_NAMES = [
  '*_TOKEN',
  '*_SECRET',
  '*_PASSWORD',
  '*_PASSWD',
  '*_PASSPHRASE',
  '*_CREDENTIALS',
  '*_API_KEY',
  '*_ACCESS_KEY',
  '*_SECRET_KEY',
  '*_PRIVATE_KEY',
  'PGPASSWORD',
];

/** Token formats that their issuers document, so that nothing else looks like them. */
export const SECRET_PATTERNS = [
  String.raw`\bgh[oprsu]_[A-Za-z0-9]{36,255}\b`,
  String.raw`\bgithub_pat_[A-Za-z0-9_]{22,255}\b`,
  String.raw`\bglpat-[A-Za-z0-9_\-]{20,255}`,
  String.raw`\bnpm_[A-Za-z0-9]{36}\b`,
  String.raw`\bsk-[A-Za-z0-9_\-]{20,255}`,
  String.raw`\b[rs]k_live_[A-Za-z0-9]{16,255}\b`,
  String.raw`\bxox[abeoprs]-[A-Za-z0-9\-]{10,255}`,
  String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`,
  String.raw`\bAIza[A-Za-z0-9_\-]{35}`,
  String.raw`\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}`,
  String.raw`-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^\-]{1,20000}-----END [A-Z ]{0,40}PRIVATE KEY-----`,
];

/** A repetition without an upper bound, or with one too high to try every split of a text. */
const REPEATS_MANY = /^(?:[*+]|\{\d+,(?:\d{3,})?\})/;
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;

/** What stands at `at` in a pattern: an escape or a class counts as one character. */
function atomLength(pattern: string, at: number): number {
  if (pattern[at] === '\\') return 2;
  if (pattern[at] !== '[') return 1;
  let end = at + 1;
  while (pattern[end] !== ']') end += pattern[end] === '\\' ? 2 : 1;
  return end + 1 - at;
}

/**
 * True if a repeated group contains a repetition or a choice itself, as in `(a+)+` or `(a|ab)*`: on some texts such a
 * pattern takes exponential time. Refuses some harmless ones; every one of those can be written without.
 */
function isCatastrophic(pattern: string): boolean {
  const groups: boolean[] = [false];
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at];
    const length = atomLength(pattern, at);
    const rest = pattern.slice(at + length);
    let risky = false;
    if (character === '(') groups.push(false);
    else if (character === '|') groups[groups.length - 1] = true;
    else if (character === ')') risky = groups.pop() === true;
    const repeated = REPEATS_MANY.test(rest);
    if (risky && repeated) return true;
    // A lone atom that repeats, and a group with one inside, both make the group around them risky.
    if ((risky || repeated) && character !== '(') groups[groups.length - 1] = true;
    at += length + (QUANTIFIER.exec(rest)?.[0].length ?? 0);
  }
  return false;
}

/** Why a text can't be a secret's pattern, or null if it can. Compiled as the redaction does, with the flags `gu`. */
export function findPatternFault(pattern: string): string | null {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'gu');
  } catch (error) {
    return `is no regular expression: ${(error as Error).message.replace(/^.*\/gu: /s, '')}`;
  }
  if (expression.test('')) return 'fits the empty text, so it would be found everywhere';
  if (/\\[1-9k]/.test(pattern)) return 'refers back to a group: such a pattern can take exponential time';
  return isCatastrophic(pattern)
    ? 'repeats a group that repeats or chooses: it can take exponential time'
    : null;
}
