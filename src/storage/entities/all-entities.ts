import { CheckpointRow } from './checkpoint-row.ts';
import { CheckpointSnapshotView } from './checkpoint-snapshot-view.ts';
import { BlobRow, BundleRow, ScannedFolderRow, TreeRow } from './object-rows.ts';
import { OperationRow } from './operation-row.ts';
import { PartVersionRow } from './part-version-row.ts';
import { PlanDocumentRow } from './plan-document-row.ts';
import { PlanEventRow } from './plan-event-row.ts';
import { PlanNumberRow } from './plan-number-row.ts';
import { PlanRow } from './plan-row.ts';
import { RequestRow } from './request-row.ts';
import { StatePartView } from './state-part-view.ts';
import { WorkspaceRow } from './workspace-row.ts';

/** The tables of agents.db. */
export const AGENTS_ENTITIES = [
  PlanRow,
  PlanDocumentRow,
  PlanEventRow,
  PlanNumberRow,
  PartVersionRow,
  StatePartView,
  CheckpointRow,
  CheckpointSnapshotView,
  WorkspaceRow,
  OperationRow,
  RequestRow,
] as const;

/** The tables of objects.db. */
export const OBJECTS_ENTITIES = [TreeRow, BlobRow, BundleRow, ScannedFolderRow] as const;
