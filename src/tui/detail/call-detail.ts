import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';

const TONES = { '+': 'good', '-': 'bad', '@': 'accent' } as const;

/** What exactly is asked about: of a diff the added and the taken lines in their tones. */
export function callDetail(text: string, indent: string): readonly Line[] {
  const isDiff = /^(---|===) /m.test(text);
  return text.split('\n').map((line) => {
    const tone = isDiff ? TONES[line[0] as keyof typeof TONES] : undefined;
    return [{ text: `${indent}${safeText(line)}`, tone: tone ?? 'dim' }];
  });
}
