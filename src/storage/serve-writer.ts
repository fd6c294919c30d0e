import type { ObjectWriter, WritableObjects } from './object-writer.ts';
import type { WriterData, WriterReply } from './writer-thread.ts';

interface OpenedWriter {
  readonly writer: ObjectWriter;
  close(): void;
}

/**
 * The thread's side of WriterThread: writes one batch after the other. `null` ends it. After a batch that it could not write it
 * writes none of those that follow: a tree must not be there without what is below it.
 * @param open called for the first batch
 */
export function serveWriter(
  { port, replies }: WriterData['writer'],
  open: () => Promise<OpenedWriter>,
): void {
  let opened: OpenedWriter | null = null;
  let failed = false;
  const answer = (reply: WriterReply): void => {
    port.postMessage(reply);
    Atomics.add(replies, 0, 1);
    Atomics.notify(replies, 0);
  };
  const work = async (objects: WritableObjects | null): Promise<void> => {
    if (objects === null) {
      opened?.close();
      port.close();
    } else if (!failed) {
      try {
        opened ??= await open();
        answer({ added: opened.writer.write(objects) });
      } catch {
        // Who waits writes it itself, and meets what stood in the way.
        failed = true;
        answer({ added: null });
      }
    }
  };
  let last = Promise.resolve();
  port.on('message', (objects: WritableObjects | null) => {
    last = last.then(() => work(objects));
  });
}
