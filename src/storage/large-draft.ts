import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, rmSync } from 'node:fs';
import { packPiece } from './content-pieces.ts';
import { writeAll, type ObjectFiles } from './object-files.ts';
import { isPackable } from './packing.ts';

export interface WrittenDraft {
  readonly hash: string;
  /** Of the content. */
  readonly size: number;
  /** Of the file. */
  readonly bytes: number;
  readonly isPacked: boolean;
}

/** A large content on its way into the store: hashed while it is written, to a file without its name yet. */
export class LargeDraft {
  readonly path: string;
  readonly #descriptor: number;
  readonly #isPacked: boolean;
  readonly #digest = createHash('sha256');
  #size = 0;
  #bytes = 0;
  #isOpen = true;

  /** @param beginning decides whether it is packed */
  constructor(files: ObjectFiles, beginning: Uint8Array) {
    const { path, descriptor } = files.draft();
    this.path = path;
    this.#descriptor = descriptor;
    this.#isPacked = isPackable(beginning);
  }

  /** @param piece at most PIECE_BYTES */
  write(piece: Uint8Array): void {
    this.#digest.update(piece);
    this.#size += piece.byteLength;
    const stored = this.#isPacked ? packPiece(piece) : piece;
    this.#bytes += stored.byteLength;
    writeAll(this.#descriptor, stored);
  }

  /** Its bytes are on disk when this returns. */
  finish(): WrittenDraft {
    fsyncSync(this.#descriptor);
    this.#close();
    const hash = this.#digest.digest('hex');
    return { hash, size: this.#size, bytes: this.#bytes, isPacked: this.#isPacked };
  }

  /** Does nothing to one that has got its name. */
  drop(): void {
    this.#close();
    rmSync(this.path, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}
