import { FileRecorder } from '../checkpoints/file-recorder.ts';
import { UsageError } from '../domain/errors.ts';
import type { PlanDocument } from '../domain/plan-document.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { PlanControlService } from '../execution/plan-control-service.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import { captureSettings } from './capture-settings.ts';
import { fileCounter } from './file-counter.ts';
import type { Parts } from './parts.ts';
import { redactorOf } from './secret-values.ts';

export interface ControlNews {
  /** Something was asked of the process that runs the plan. */
  readonly onAsked?: () => void;
  /** Nobody runs the plan, and this process has written into its journal what was asked. */
  readonly onWritten?: () => void;
}

export async function createPlanControl(
  parts: Parts,
  { onAsked = () => undefined, onWritten = () => undefined }: ControlNews = {},
): Promise<PlanControl> {
  const { clock, ids, processes } = parts;
  const { plans, leases, requests, checkpoints, blobs } = await parts.storage();
  const bus = new EventBus();
  bus.subscribe({ onEvent: onWritten });
  return new PlanControlService({
    plans,
    leases,
    requests,
    checkpoints,
    processes,
    clock,
    ids,
    onAsked,
    openJournal: async (rootId, fence) => {
      const countFileChanges = await fileCounter(parts);
      return await LiveJournal.open({ plans, bus, clock, ids, countFileChanges }, rootId, fence);
    },
    checkLabel: async (planId, label) => {
      const { workspace, document } = await plans.get(planId);
      const redactor = await redactorOf(parts, workspace, document as unknown as PlanDocument);
      if (redactor.text(label) === label) return;
      throw new UsageError('secret_in_label', `the label holds a secret: ${redactor.text(label)}`, {
        hint: 'labels are stored and shown (core.secrets says what is secret)',
      });
    },
    lookAtFiles: async (rootId) => {
      const plan = await plans.get(rootId);
      // Looked at once: nothing is worth being watched.
      const settings = { ...(await captureSettings(parts, plan)), watch: false };
      const lastTree = await plans.lastTree(rootId);
      const { workspace } = plan;
      const files = await parts.files();
      const deps = { files, blobs, settings: { checkpoints: () => settings }, workspace, lastTree };
      return await new FileRecorder(deps).record();
    },
  });
}
