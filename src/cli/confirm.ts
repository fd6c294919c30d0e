import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Session } from './session.ts';

/** True if there is somebody to ask. */
export function canConfirm({ io, options }: Session): boolean {
  return options.input && options.json === 'none' && io.stdin.isTTY === true;
}

/** Asks for a yes on the terminal; anything else, and no answer at all, is a no. */
export async function confirm({ io, output }: Session, question: string): Promise<boolean> {
  io.stderr.write(`${output.notePaint('attention', `? ${question}`)} [y/N] `);
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    const [answer] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    return /^y(es)?$/i.test(String(answer ?? '').trim());
  } finally {
    lines.close();
  }
}
