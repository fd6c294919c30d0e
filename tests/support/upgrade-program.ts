// An upgrade in a process of its own, which kills itself before its nth statement: upgrade-program.ts FILE N. Says how many there were.
import { basename } from 'node:path';
import Database from 'better-sqlite3';
import { AGENTS_SCHEMA, OBJECTS_SCHEMA } from '../../src/storage/database-schema.ts';
import { openDatabase } from '../../src/storage/open-database.ts';

const [file = '', last = ''] = process.argv.slice(2);
let count = 0;

/** Where somebody could pull the plug. */
function pass(): void {
  count += 1;
  if (count === Number(last)) process.kill(process.pid, 'SIGKILL');
}

const { prepare, exec, pragma } = Database.prototype;
Object.assign(Database.prototype, {
  prepare(this: Database.Database, sql: string) {
    pass();
    return prepare.call(this, sql);
  },
  exec(this: Database.Database, sql: string) {
    pass();
    return exec.call(this, sql);
  },
  pragma(this: Database.Database, ...args: Parameters<typeof pragma>) {
    pass();
    return pragma.call(this, ...args);
  },
});

const schema = basename(file) === 'agents.db' ? AGENTS_SCHEMA : OBJECTS_SCHEMA;
await (await openDatabase({ file, schema, durability: 'full' })).close();
process.stdout.write(String(count));
