// Lists a plan's checkpoints in a process of its own, as a command does: list-program.ts HOME PLAN; prints the fastest, milliseconds
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { openStorage } from '../../src/storage/open-storage.ts';

const LOOKS = 60;

const [home = '', planId = ''] = process.argv.slice(2);
const processes = new SystemProcessTable();
const { checkpoints, close } = await openStorage({ home, durability: 'normal', processes });
for (const limit of [50, 1_000_000]) {
  let fastest = Infinity;
  for (let look = 0; look < LOOKS; look += 1) {
    const begin = performance.now();
    await checkpoints.list({ planId, limit });
    fastest = Math.min(fastest, performance.now() - begin);
  }
  process.stdout.write(`${fastest}\n`);
}
await close();
