import { safeText } from '../lines/safe-text.ts';
import type { Toast } from './ui-state.ts';

/** What is wrong with the settings, until somebody has pressed a key. */
export const faultToast = (fault: string): Toast => ({
  tone: 'bad',
  text: safeText(fault),
  until: 'next-key',
});
