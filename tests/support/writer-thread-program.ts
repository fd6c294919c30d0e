// A thread that writes objects as its `home` says: `home` itself, or `WHAT:home`.
import { workerData } from 'node:worker_threads';
import { openObjectWriter } from '../../src/storage/open-object-store.ts';
import { serveWriter } from '../../src/storage/serve-writer.ts';
import type { WriterData } from '../../src/storage/writer-thread.ts';

const { home: told, writer } = workerData as WriterData;
const [what, home] = told.includes(':') ? (told.split(':') as [string, string]) : ['write', told];

if (what === 'die') process.exit(3);
if (what === 'throw') throw new Error('it does not begin');
if (what !== 'sleep') {
  let written = 0;
  serveWriter(writer, async () => {
    if (what === 'refuse') throw new Error('the database cannot be opened');
    const opened = await openObjectWriter(home);
    const write = opened.writer.write.bind(opened.writer);
    opened.writer.write = (objects) => {
      written += 1;
      if (what === 'fail-later' && written > 1) throw new Error('no room');
      return write(objects);
    };
    return opened;
  });
}
