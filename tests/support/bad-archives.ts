import * as fc from 'fast-check';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { StorageError } from '../../src/domain/errors.ts';
import type { ArchiveReport, PlanArchive } from '../../src/ports/plan-archive.ts';
import { openPlanArchive } from '../../src/storage/plan-archive.ts';
import { childrenOf } from '../../src/workspace/tree-codec.ts';
import { ids } from './storage-history.ts';
import { NOW, StagedProcesses } from './storage-places.ts';

const processes = new StagedProcesses();

/** What happens to an archive on its way: bytes change, a part is lost, zeroed, or stands elsewhere. */
type Change = (archive: Buffer) => Buffer;

const place = fc.nat(0x7fffffff);

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(place, fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 8 }))
      .map(([at, bits]): Change => (archive) => {
        const changed = Buffer.from(archive);
        for (const [index, byte] of bits.entries()) changed[(at + index) % changed.length]! ^= byte;
        return changed;
      }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, fc.integer({ min: 1, max: 5000 })).map(([at, length]): Change => (archive) => {
      const begin = at % archive.length;
      return Buffer.from(archive).fill(0, begin, Math.min(begin + length, archive.length));
    }),
  },
  {
    weight: 2,
    arbitrary: place.map(
      (at): Change =>
        (archive) =>
          Buffer.from(archive.subarray(0, at % archive.length)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(place, place, fc.integer({ min: 1, max: 4096 }))
      .map(([from, to, length]): Change => (archive) => {
        const changed = Buffer.from(archive);
        archive.copy(changed, to % archive.length, from % archive.length, (from % archive.length) + length);
        return changed;
      }),
  },
);

/** A home into which changed archives are imported, one after the other. */
export class ArchiveBench implements AsyncDisposable {
  /** How many were taken: those of which nothing changed that the plan is made of. */
  taken = 0;
  readonly #root = mkdtempSync(join(tmpdir(), 'agents-archives-'));
  readonly #home = join(this.#root, 'home');
  readonly #file = join(this.#root, 'changed.agents');
  readonly #whole: Buffer;
  #archive: PlanArchive | null = null;

  /** @param whole an archive as it was written */
  constructor(whole: Buffer) {
    this.#whole = whole;
  }

  /** Refused, and nothing is stored; or it holds the plan as it was. */
  changed(): fc.IAsyncProperty<[Change]> {
    return fc.asyncProperty(change, async (apply) => {
      const archive = await this.#open();
      writeFileSync(this.#file, apply(this.#whole));
      const taken: unknown = await archive.importPlan(this.#file).catch((thrown: unknown) => thrown);
      if (taken instanceof Error) {
        expect(taken).toBeInstanceOf(StorageError);
        expect(['archive_damaged', 'archive_newer', 'archive_unreadable']).toContain(
          (taken as StorageError).code,
        );
        expect(this.#countRows()).toBe(0);
        return;
      }
      this.taken += 1;
      const again = join(this.#root, 'again.agents');
      await archive.exportPlan((taken as ArchiveReport).plan_id, again);
      expect(hashIn(again)).toBe(hashIn(this.#file));
      rmSync(again);
      await this.#close();
    });
  }

  async #open(): Promise<PlanArchive> {
    if (this.#archive) return this.#archive;
    const empty = join(this.#root, 'empty');
    const open = (): Promise<PlanArchive> =>
      openPlanArchive({ home: this.#home, durability: 'normal', childrenOf, processes, ids, now: () => NOW });
    rmSync(this.#home, { recursive: true, force: true });
    mkdirSync(empty, { recursive: true });
    cpSync(empty, this.#home, { recursive: true });
    this.#archive = await open();
    if (this.taken === 0) {
      await this.#close();
      cpSync(this.#home, empty, { recursive: true });
      this.#archive = await open();
    }
    return this.#archive;
  }

  async #close(): Promise<void> {
    await this.#archive?.close();
    this.#archive = null;
  }

  #countRows(): number {
    return ['agents.db', 'objects.db'].reduce((sum, name) => {
      const db = new Database(join(this.#home, name), { readonly: true });
      const tables =
        name === 'agents.db' ? ['plans', 'plan_events', 'checkpoints', 'state_parts'] : ['blobs', 'trees'];
      const counts = tables.map(
        (table) => db.prepare(`select count(*) from ${table}`).pluck().get() as number,
      );
      db.close();
      return counts.reduce((all, count) => all + count, sum);
    }, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    rmSync(this.#root, { recursive: true });
  }
}

/** What an archive says it holds: everything by its hash. */
function hashIn(file: string): unknown {
  const db = new Database(file, { readonly: true });
  const hash = db.prepare('select hash from manifest').pluck().get();
  db.close();
  return hash;
}
