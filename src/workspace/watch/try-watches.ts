import { readdirSync, watch as systemWatch } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../file-stat.ts';
import type { Watch } from './event-queue.ts';
import { isOfOneFolder } from './watch-support.ts';

/** So many are enough to know: nobody wants to wait for more. */
const MOST = 20_000;

/**
 * Watches a folder and all in it but those of an excluded name, as a run would, and gives them up again.
 * @throws the system's error, where it is more than that of one folder
 */
export function tryWatches(root: string, exclude: readonly string[], watch: Watch = systemWatch): void {
  const out = new Set(exclude);
  const watchers: ReturnType<Watch>[] = [];
  const folders = [root];
  try {
    for (let next = folders.pop(); next !== undefined && watchers.length < MOST; next = folders.pop()) {
      try {
        watchers.push(watch(next, { persistent: false, encoding: 'latin1' }, () => undefined));
        for (const entry of readdirSync(next, { withFileTypes: true })) {
          if (entry.isDirectory() && !out.has(entry.name)) folders.push(join(next, entry.name));
        }
      } catch (error) {
        if (next === root || !isOfOneFolder(errnoOf(error) ?? '')) throw error;
      }
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}
