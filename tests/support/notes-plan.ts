import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { waitFor, type CliBench } from './cli-bench.ts';

/** The files after its first step: a.txt, k.txt; after its last: other content, a new folder, one file gone, a mode changed. */
export const NOTES = `
name: notes
steps:
  - { id: one, run: 'echo one > a.txt; echo keep > k.txt' }
  - { id: style, decide: { question: Which?, options: [short, long], by: human, default: short }, needs: [one] }
  - id: two
    needs: [style]
    env: { STYLE: "\${{ decisions.style.chosen }}" }
    run: 'echo "two $STYLE" > a.txt; mkdir sub; echo new > sub/b.txt; rm k.txt; chmod 755 c.txt'
`;

export const GATED = `
name: gated
steps:
  - { id: one, run: 'touch first' }
  - { id: two, run: 'touch at-two; ${waitFor('go')}', effect: read, needs: [one] }
`;

/** The checkpoint after the first write. */
export const EARLY = '2';

/** The plan has run in the bench's folder. */
export async function ran(bench: CliBench): Promise<CliBench> {
  bench.write('notes.plan.yaml', NOTES);
  bench.write('c.txt', 'c\n');
  const { code, err } = await bench.run('plan', 'run', 'notes.plan.yaml', '--no-input');
  if (code !== 0) throw new Error(err);
  return bench;
}

export const has = (bench: CliBench, path: string): boolean => existsSync(join(bench.folder, path));
export const modeOf = (bench: CliBench, path: string): number =>
  statSync(join(bench.folder, path)).mode & 0o777;

/** What a rollback to `EARLY` does. */
export const CHANGES = [
  { path: 'a.txt', action: 'modified' },
  { path: 'c.txt', action: 'chmod' },
  { path: 'k.txt', action: 'created' },
  { path: 'sub', action: 'deleted' },
  { path: 'sub/b.txt', action: 'deleted' },
];

/** Removes a stored content, as a broken disk would. */
export async function lose(bench: CliBench, path: string): Promise<void> {
  const { data } = await bench.json('plan', 'checkpoint', 'show', 'last', EARLY, '--files', '--path', path);
  const db = new Database(join(bench.home, 'agents', 'objects.db'));
  db.prepare('delete from blobs where hash = ?').run(Buffer.from(data.files[0].hash, 'hex'));
  db.close();
}
