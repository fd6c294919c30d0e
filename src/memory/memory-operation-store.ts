import { canonicalJson, type Json } from '../domain/json.ts';
import { operationNotFound } from '../domain/references.ts';
import type { Operation, OperationStore } from '../ports/operation-store.ts';
import type { ProcessIdentity } from '../ports/process-table.ts';
import type { MemoryTables } from './memory-tables.ts';

/** Operations in memory. */
export class MemoryOperationStore implements OperationStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async begin(operation: Operation): Promise<void> {
    this.#tables.operations.set(operation.id, operation);
  }

  async update(id: string, progress: Json): Promise<void> {
    const operation = this.#tables.operations.get(id);
    if (!operation) throw operationNotFound(id);
    this.#tables.operations.set(id, { ...operation, progress });
  }

  async adopt(id: string, from: ProcessIdentity, to: ProcessIdentity): Promise<boolean> {
    const operation = this.#tables.operations.get(id);
    if (!operation || canonicalJson({ ...operation.process }) !== canonicalJson({ ...from })) return false;
    this.#tables.operations.set(id, { ...operation, process: to });
    return true;
  }

  async end(id: string): Promise<void> {
    this.#tables.operations.delete(id);
  }

  async open(): Promise<readonly Operation[]> {
    return [...this.#tables.operations.values()].sort(
      (a, b) => compare(a.started_at, b.started_at) || compare(a.id, b.id),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
