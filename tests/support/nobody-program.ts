/**
 * A plan among files that its user may not read and folders that he may not write into, rolled back and undone:
 * `node nobody-program.ts`, as somebody who isn't root. Says as JSON how it went.
 */
import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { seeFolder, WorkspaceBench } from './workspace-bench.ts';

const CLOSED = ['gone', 'made', 'untouched', 'folder'];

await using bench = await WorkspaceBench.create();
const shell = (text: string): Buffer =>
  execFileSync('bash', ['-euc', text], { cwd: bench.workspace, stdio: ['ignore', 'pipe', 'inherit'] });
/** What can't be read is opened for the look, and closed again. */
const see = (): ReturnType<typeof seeFolder> => {
  const found = CLOSED.join(' ');
  shell(`for p in ${found}; do [ ! -e $p ] || chmod u+rwx $p; done`);
  const seen = seeFolder(bench.workspace);
  shell(`for p in ${found}; do [ ! -e $p ] || chmod 0 $p; done`);
  return seen;
};

await using _ = { [Symbol.asyncDispose]: async () => void shell('chmod -R u+rwX .') };
shell('echo s > gone; echo s > untouched; mkdir folder; echo i > folder/i; echo a > a');
shell('mkdir -p closed/deep; echo 1 > closed/f; echo 1 > closed/deep/f; echo 1 > closed/once');
shell('chmod 555 closed/deep closed; chmod 444 a; chmod 0 gone untouched folder');
const before = see();
const app = bench.open();
const { plan, error } = await bench.run(app, [
  'rm -f gone a; echo m > made; chmod 0 made; chmod u+w closed; rm closed/once; echo 2 > closed/f; chmod u-w closed',
  'chmod -R u+w closed; echo 2 > closed/deep/f; echo n > closed/deep/n; chmod -R u-w closed',
  'chmod 700 folder; echo 2 > folder/i; chmod 0 folder',
]);
if (error) throw new Error(error.message);
const damaged = see();
const { excluded, conflicts, left } = await bench.rollBack(app, plan.plan_id, 1);
const back = see();
const wanted = new Map([...before, ...[...damaged].filter(([path]) => /^(?:made|folder)/.test(path))]);
wanted.delete('gone');
await bench.undo(app, plan.plan_id);
const undone = see();
const result = {
  uid: process.getuid?.(),
  excluded,
  conflicts,
  left,
  isExact: isDeepStrictEqual(back, wanted),
  isUndone: isDeepStrictEqual(undone, damaged),
};
process.stdout.write(JSON.stringify(result));
