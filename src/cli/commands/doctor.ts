import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Check } from '../../app/doctor/diagnose.ts';
import { NotFoundError, StorageError } from '../../domain/errors.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { explainThrown } from '../error-report.ts';
import type { Session } from '../session.ts';
import { formatTable } from '../table.ts';

declare const __AGENTS_VERSION__: string;

const TONES = { ok: 'good', warn: 'attention', fail: 'bad' } as const;

export const doctor: Command = {
  describe: (parser) =>
    parser
      .epilogue('It changes nothing. Exit 7 if something has failed; a warning is exit 0.')
      .example('$0 doctor', 'what is wrong here, and what to do about it'),
  run: async (_args, session) => {
    const { diagnose } = await import('../../app/doctor/diagnose.ts');
    const folder = await findFolder(session);
    const checks = await diagnose({ version: __AGENTS_VERSION__, source: session.configSource(folder) });
    const failed = checks.filter(({ status }) => status === 'fail');
    return {
      data: { checks: checks.map(({ id, status, message, next }) => ({ id, status, message, next })) },
      ...(failed.length === 0 ? {} : { exitCode: 7, error: explainThrown(toError(failed)) }),
      show: () => showChecks(session, checks),
    };
  },
};

/** Not the program's own way to a folder: that one stops at a home that is wrong, and this is about such things. */
async function findFolder({ io, options }: Session): Promise<string> {
  const folder = resolve(io.cwd, options.workspace ?? '.');
  try {
    return await realpath(folder);
  } catch (cause) {
    throw new NotFoundError('workspace_missing', `the folder ${folder} does not exist`, {
      nextSteps: ['make it, or name another one with -C'],
      cause,
    });
  }
}

function toError(failed: readonly Check[]): StorageError {
  const nextSteps = failed.flatMap(({ next }) => (next === null ? [] : [next]));
  const ids = failed.map(({ id }) => id).join(', ');
  return new StorageError('unhealthy', `not as it should be: ${ids}`, { nextSteps });
}

function showChecks(session: Session, checks: readonly Check[]): void {
  const { paint, print } = session.output;
  const rows = checks.flatMap(({ id, status, message, next }) => [
    [paint(TONES[status], status), id, toPrintableLine(message)],
    ...(next === null ? [] : [['', '', paint('dim', `next: ${toPrintableLine(next)}`)]]),
  ]);
  print(formatTable(rows));
}
