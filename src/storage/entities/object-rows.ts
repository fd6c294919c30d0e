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
    /** `raw` or `zstd`; `bundle`: it stands in one. */
    codec: p.string(),
    created_at: p.string(),
    /** Empty where it stands in a bundle. */
    content: p.blob(),
    bundle_id: p.integer().nullable(),
    /** Where it begins in the unpacked bundle. */
    bundle_at: p.integer().nullable(),
  },
  indexes: [{ name: 'blobs_bundle_idx', properties: ['bundle_id'] }],
});

/** Small content by its sha256; larger content stands in files beside the database. */
export class BlobRow extends BlobSchema.class {}
BlobSchema.setClass(BlobRow);

const BundleSchema = defineEntity({
  name: 'BundleRow',
  tableName: 'bundles',
  properties: {
    /** Never used again. */
    id: p.integer().primary(),
    /** Of all that it was made of. */
    bytes: p.integer(),
    /** `raw` or `zstd`. */
    codec: p.string(),
    content: p.blob(),
  },
});

/** Many small contents side by side, packed as one. */
export class BundleRow extends BundleSchema.class {}
BundleSchema.setClass(BundleRow);

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
