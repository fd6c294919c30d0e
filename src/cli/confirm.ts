import type { Session } from './session.ts';
import { typedLine } from './typed-line.ts';

/** True if there is somebody to ask. */
export function canConfirm({ io, options }: Session): boolean {
  return options.input && options.json === 'none' && io.stdin.isTTY === true;
}

/** Asks for a yes on the terminal; anything else, and no answer at all, is a no. */
export async function confirm({ io, output }: Session, question: string): Promise<boolean> {
  const answer = await typedLine(io, `${output.notePaint('attention', `? ${question}`)} [y/N] `);
  return answer !== null && /^y(es)?$/i.test(answer);
}
