import { PlanError } from '../domain/errors.ts';
import { findLabelFault } from '../domain/ids.ts';
import type { TreeState } from '../domain/plan-state.ts';
import { REQUEST_KINDS, type PlanRequest, type RequestKind } from '../ports/request-store.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Requests come from other processes, by way of the database: another version of this program may have written one, or none.
 * @param plans of the tree that this process runs
 * @throws PlanError `bad_request` for what none of ours asks
 */
export function checkRequest(request: PlanRequest, plans: TreeState['plans']): void {
  const fault = findFault(request, plans);
  if (fault !== null) throw new PlanError('bad_request', `the request cannot be understood: ${fault}`);
}

function findFault(request: PlanRequest, plans: TreeState['plans']): string | null {
  const { kind, args, asker, plan_id } = request;
  if (!REQUEST_KINDS.includes(kind)) return 'a running plan takes nothing of that kind';
  if (!isProcess(asker)) return 'it does not say who asks';
  if (!plans.has(plan_id)) return 'it is about another plan';
  return isFields(args) ? findArgsFault(kind, args) : 'its arguments have no names';
}

function findArgsFault(kind: RequestKind, args: Fields): string | null {
  const { label, pinned, checkpoint_id, decision, choice } = args;
  if (kind === 'answer' && !(isText(decision) && isText(choice)))
    return 'an answer is to a decision, and a choice';
  if (kind === 'mark') {
    if (!isText(checkpoint_id)) return 'it names no checkpoint';
    if (pinned !== undefined && typeof pinned !== 'boolean') return 'a checkpoint is pinned or not';
    if (label === null) return null;
  }
  if ((kind !== 'mark' && kind !== 'checkpoint') || label === undefined) return null;
  return isText(label) ? findLabelFault(label) : 'a label is text';
}

function isProcess(asker: unknown): boolean {
  if (!isFields(asker)) return false;
  const { host, boot_id, pid } = asker;
  return isText(host) && isText(boot_id) && typeof pid === 'number' && pid > 0;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
