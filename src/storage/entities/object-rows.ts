import { defineEntity, p } from '@mikro-orm/core';

const TreeSchema = defineEntity({
  name: 'TreeRow',
  tableName: 'trees',
  properties: {
    hash: p.blob().primary(),
    created_at: p.string(),
    /** Canonical JSON of the folder's entries, zstd. */
    entries: p.blob(),
  },
});

/** One folder as it was: its entries, by the hash over them. */
export class TreeRow extends TreeSchema.class {}
TreeSchema.setClass(TreeRow);

const BlobSchema = defineEntity({
  name: 'BlobRow',
  tableName: 'blobs',
  properties: {
    hash: p.blob().primary(),
    /** Length of the content itself. */
    bytes: p.integer(),
    /** `raw` or `zstd`. */
    codec: p.string(),
    created_at: p.string(),
    content: p.blob(),
  },
});

/** Small content by its sha256; larger content stands in files beside the database. */
export class BlobRow extends BlobSchema.class {}
BlobSchema.setClass(BlobRow);

const ScanIndexSchema = defineEntity({
  name: 'ScanIndexRow',
  tableName: 'scan_index',
  properties: {
    workspace_id: p.string().primary(),
    /** Relative path as the file system's bytes. */
    path: p.blob().primary(),
    size: p.bigint('bigint'),
    mtime_ns: p.bigint('bigint'),
    ctime_ns: p.bigint('bigint'),
    inode: p.bigint('bigint'),
    mode: p.integer(),
    hash: p.blob(),
  },
});

/** What was seen of a file when its content was hashed last. */
export class ScanIndexRow extends ScanIndexSchema.class {}
ScanIndexSchema.setClass(ScanIndexRow);
