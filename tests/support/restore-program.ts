/** A process that restores, and ends itself where it is told to: `node restore-program.ts REQUEST.json [POINT NTH]`. */
import { readFileSync, writeSync } from 'node:fs';
import type { RestoreRequest } from '../../src/ports/workspace-files.ts';
import { restorePaths } from '../../src/workspace/restore-paths.ts';
import { storeOf, type Tree } from './restore-folder.ts';

export interface RestoreJob {
  readonly request: RestoreRequest;
  readonly trees: readonly Tree[];
}

const [, , file = '', point, nth] = process.argv;
const { request, trees } = JSON.parse(readFileSync(file, 'utf8')) as RestoreJob;
let seen = 0;
restorePaths(storeOf(...trees), request, {
  fault: (reached) => {
    if (reached === 'start') writeSync(1, 'start\n');
    if (reached === point && (seen += 1) === Number(nth)) process.kill(process.pid, 'SIGKILL');
  },
});
