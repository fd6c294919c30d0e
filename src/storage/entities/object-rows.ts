import { defineEntity, p } from '@mikro-orm/core';

const TreeSchema = defineEntity({
  name: 'TreeRow',
  tableName: 'trees',
  properties: {
    hash: p.blob().primary(),
    created_at: p.string(),
    /** Canonical bytes of the folder's entries; a zstd frame if it begins as one. */
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

const ScannedFolderSchema = defineEntity({
  name: 'ScannedFolderRow',
  tableName: 'scanned_folders',
  properties: {
    /** Absolute real path. */
    workspace: p.string().primary(),
    /** Relative path as the file system's bytes; empty for the workspace itself. */
    path: p.blob().primary(),
    /** What was seen of the folder's files when their content was hashed last, as the scan packs it. */
    packed: p.blob(),
  },
});

/** What a scan remembers of one folder, so that the next one reads only what changed. Lost without harm. */
export class ScannedFolderRow extends ScannedFolderSchema.class {}
ScannedFolderSchema.setClass(ScannedFolderRow);
