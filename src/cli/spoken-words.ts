const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `1 step`, `3 steps`. */
export const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** A length of time as it is read aloud: `0.9 seconds`, `2 minutes 51 seconds`, `1 hour 5 minutes`. */
export function spokenDuration(ms: number): string {
  if (ms < MINUTE) return `${(Math.max(0, ms) / SECOND).toFixed(1)} seconds`;
  if (ms < HOUR) {
    return `${counted(Math.floor(ms / MINUTE), 'minute')} ${counted(Math.floor((ms % MINUTE) / SECOND), 'second')}`;
  }
  return `${counted(Math.floor(ms / HOUR), 'hour')} ${counted(Math.floor((ms % HOUR) / MINUTE), 'minute')}`;
}

/** A text with a stop at its end, if it has none. */
export function withStop(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A text as a sentence: a capital first, a stop at the end. */
export function toSentence(text: string): string {
  const sentence = withStop(text);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
