import { defineEntity, p } from '@mikro-orm/core';
import type { WriteHolder } from '../../ports/workspace-lock.ts';

const WorkspaceSchema = defineEntity({
  name: 'WorkspaceRow',
  tableName: 'workspaces',
  properties: {
    id: p.string().primary(),
    /** Absolute real path. */
    path: p.string(),
    // As text: both can be larger than a JavaScript number. Null if the folder is gone.
    device: p.string().nullable(),
    inode: p.string().nullable(),
    write_lock: p.json<WriteHolder>().nullable(),
    /** Hex hash of the tree that the folder had last. */
    last_tree: p.string().nullable(),
  },
  uniques: [{ name: 'workspaces_path_uq', properties: ['path'] }],
});

/** A folder that plans work in. */
export class WorkspaceRow extends WorkspaceSchema.class {}
WorkspaceSchema.setClass(WorkspaceRow);
