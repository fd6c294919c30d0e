import { marked } from '../domain/mark-checkpoint.ts';
import type { EventPayloads } from '../domain/plan-event.ts';
import { checkpointNotFound } from '../domain/references.ts';
import type { Commit } from '../ports/plan-store.ts';
import type { MemoryCheckpoint, MemoryTables } from './memory-tables.ts';

type Mark = EventPayloads['checkpoint.marked'];

/** What a commit marks. @throws NotFoundError if one of them isn't there */
export function marksIn(tables: MemoryTables, { entries }: Commit): readonly Mark[] {
  const marks = entries.flatMap(({ event }) => (event.type === 'checkpoint.marked' ? [event.payload] : []));
  for (const { checkpoint_id: id } of marks) {
    if (!tables.checkpoints.has(id)) throw checkpointNotFound(id);
  }
  return marks;
}

/** Of one that is there. */
export function markCheckpoint(tables: MemoryTables, mark: Mark): void {
  const { checkpoint, snapshot } = tables.checkpoints.get(mark.checkpoint_id) as MemoryCheckpoint;
  tables.checkpoints.set(checkpoint.id, { checkpoint: marked(checkpoint, mark), snapshot });
}
