import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AgentsError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import type { ProcessTable } from '../../ports/process-table.ts';
import type { DatabaseReport, OpenOperation, OpenPlan } from '../../storage/inspect-database.ts';
import type { DatabaseSchema } from '../../storage/database-schema.ts';
import { isMadeAnew } from '../../storage/made-anew.ts';
import { counted, fail, ok, quoted, warn, type Check } from './check.ts';

type Inspect = (file: string, schema: DatabaseSchema) => Promise<DatabaseReport | null>;

interface Looked {
  readonly name: string;
  readonly file: string;
  readonly target: number;
  readonly report: DatabaseReport | null;
  readonly error: AgentsError | null;
}

/** All that the databases of a home say, none of them touched. */
export async function checkDatabases(home: string, processes: ProcessTable): Promise<readonly Check[]> {
  const { inspectDatabase } = await import('../../storage/inspect-database.ts');
  const { SCHEMAS } = await import('../../storage/schema-versions.ts');
  const looked = await Promise.all(
    Object.entries(SCHEMAS).map(([name, schema]) => look(join(home, name), name, schema, inspectDatabase)),
  );
  const files = [checkMigrations(looked), checkIntegrity(looked)];
  const plans = looked[0] as Looked;
  // Of plans that can't be read nothing is known, least of all that nobody runs them.
  if (!isReadable(plans)) return files;
  const { report } = plans;
  return [
    ...files,
    checkLeases(report, processes),
    checkRunners(report, processes),
    checkOperations(report, processes),
    checkLiveOutput(join(home, 'live'), report, processes),
  ];
}

function isReadable({ report, error, target }: Looked): boolean {
  if (report === null) return error === null;
  return report.schema === target && report.damage.length === 0;
}

async function look(file: string, name: string, schema: DatabaseSchema, inspect: Inspect): Promise<Looked> {
  const target = schema.version;
  try {
    return { name, file, target, report: await inspect(file, schema), error: null };
  } catch (thrown) {
    if (!(thrown instanceof AgentsError)) throw thrown;
    return { name, file, target, report: null, error: thrown };
  }
}

function checkMigrations(looked: readonly Looked[]): Check {
  for (const { file, target, report } of looked) {
    const at = report?.schema ?? target;
    if (at > target) {
      const message = `${file} was written by a newer version of agents (schema ${at}, this one knows ${target})`;
      return fail('migrations', message, 'update agents, or set AGENTS_HOME to another folder');
    }
    if (at < target)
      return warn(
        'migrations',
        `${file} has schema ${at} of ${target}: the next command upgrades it`,
        'agents plan list',
      );
  }
  const unread = looked.find(({ error }) => error !== null);
  if (unread)
    return warn(
      'migrations',
      `${unread.file} can't be read, so its schema is not known`,
      'what integrity says below',
    );
  const present = looked.filter(({ report }) => report !== null);
  if (present.length === 0) return ok('migrations', 'no database yet: the first plan makes it');
  return ok('migrations', present.map(({ name, target }) => `${name} has schema ${target}`).join(', '));
}

function checkIntegrity(looked: readonly Looked[]): Check {
  for (const { file, report, error } of looked) {
    if (error) {
      // That the doctor says more is said to others.
      const next = error.nextSteps.find((step) => step !== 'agents doctor');
      return fail(
        'integrity',
        `${error.message}: ${error.hint}`,
        next ?? 'set AGENTS_HOME to another folder',
      );
    }
    const [first] = report?.damage ?? [];
    if (first !== undefined)
      return fail(
        'integrity',
        `${file} is damaged: ${first}`,
        'agents storage verify, which says more; then put back a copy of the file, or set AGENTS_HOME',
      );
  }
  return (
    checkBoth(looked) ?? ok('integrity', 'no damage at a first look: agents storage verify reads everything')
  );
}

/** A database that is missing is made anew, and an empty one is whole: only the other one tells that something was there. */
function checkBoth([plans, contents]: readonly Looked[]): Check | null {
  const oldest = contents?.report?.oldestTree ?? null;
  if (oldest !== null && isAnew(plans?.report ?? null, oldest))
    return fail(
      'integrity',
      `${plans?.file} does not know older plans, whose contents are stored beside it: it was deleted, or cut off`,
      `put back a copy of ${plans?.file}; without one, agents storage gc deletes the contents too`,
    );
  if (plans?.report?.refers && oldest === null)
    return fail(
      'integrity',
      `${contents?.file} holds nothing, but checkpoints have files: it was deleted, or cut off`,
      `put back a copy of ${contents?.file}; agents storage verify names what is missing`,
    );
  return null;
}

const isAnew = (plans: DatabaseReport | null, oldest: number): boolean =>
  plans === null || plans.schema === 0 || isMadeAnew(plans.madeAt, oldest);

/** True: its process is gone for certain. Of one on another machine nobody can tell. */
function isLeft({ lease }: OpenPlan, processes: ProcessTable): boolean {
  return lease !== null && processes.liveness(lease.holder) === 'gone';
}

/** A plan that is in the middle of its run; its runner is `checkRunners`' business. */
const isRunning = ({ state }: OpenPlan): boolean => state === 'processing';

function checkLeases(report: DatabaseReport | null, processes: ProcessTable): Check {
  const plans = report?.openPlans ?? [];
  const left = plans.filter((plan) => isLeft(plan, processes) && !isRunning(plan));
  if (left.length > 0) {
    const message = `${counted(left.length, 'plan')} held by a process that is gone: ${namesOf(left)}`;
    return warn('leases', message, 'nothing: the next command that needs the plan takes it over');
  }
  const foreign = plans.filter(
    ({ lease }) => lease !== null && processes.liveness(lease.holder) === 'unknown',
  );
  const [first] = foreign;
  if (first) {
    const host = first.lease?.holder.host;
    const message = `held where nobody can look from here (${host}): ${namesOf(foreign)}`;
    return warn('leases', message, `on ${host}: ${executeOf(first)}`);
  }
  const held = plans.filter((plan) => plan.lease !== null && !isLeft(plan, processes)).length;
  return ok('leases', held === 0 ? 'no plan is held' : `${counted(held, 'plan')} held`);
}

function checkRunners(report: DatabaseReport | null, processes: ProcessTable): Check {
  const running = (report?.openPlans ?? []).filter(isRunning);
  const alone = running.filter((plan) => plan.lease === null || isLeft(plan, processes));
  if (alone.length === 0) return ok('runners', `${counted(running.length, 'plan')} running`);
  const message = `${counted(alone.length, 'plan')} in the middle of a run that nobody runs: ${namesOf(alone)}`;
  return warn('runners', message, executeOf(alone[0] as OpenPlan));
}

const namesOf = (plans: readonly OpenPlan[]): string =>
  plans.map(({ id, name }) => `${name} ${shortId(id)}`).join(', ');

const executeOf = ({ id }: OpenPlan): string => `agents plan execute ${shortId(id)}`;

function checkOperations(report: DatabaseReport | null, processes: ProcessTable): Check {
  const open = report?.openOperations ?? [];
  const left = open.filter(({ process }) => processes.liveness(process) === 'gone');
  if (left.length === 0) return ok('operations', `${counted(open.length, 'operation')} under way`);
  const message = `${counted(left.length, 'operation')} broken off: ${left.map(({ kind }) => kind).join(', ')}`;
  // Files that are half way first.
  const [first] = left.toSorted((a, b) => Number(isHalfWay(b)) - Number(isHalfWay(a)));
  return warn('operations', message, endingOf(first as OpenOperation));
}

const isHalfWay = ({ kind }: OpenOperation): boolean => kind === 'rollback' || kind === 'apply';

function endingOf(operation: OpenOperation): string {
  const { kind, rootPlanId } = operation;
  const plan = rootPlanId === null ? '' : ` ${shortId(rootPlanId)}`;
  if (isHalfWay(operation))
    return `agents plan rollback --continue${plan}, or: agents plan rollback --abort${plan}`;
  if (kind === 'recovery') return `agents plan execute${plan}`;
  if (kind === 'import') return 'agents plan checkpoint import FILE, with the same file';
  return 'nothing: it begins anew by itself';
}

/** Output of running calls, for those who watch; a killed run leaves it behind. */
function checkLiveOutput(folder: string, report: DatabaseReport | null, processes: ProcessTable): Check {
  // What a killed run left goes with the run that goes on after it.
  const held = (report?.openPlans ?? []).filter(
    (plan) => isRunning(plan) || (plan.lease !== null && !isLeft(plan, processes)),
  );
  const inUse = new Set(held.map(({ id }) => id));
  const left = existsSync(folder) ? readdirSync(folder).filter((name) => !inUse.has(name)) : [];
  if (left.length === 0) return ok('live_output', 'no live output is left over');
  const paths = quoted(left.map((name) => join(folder, name)));
  return warn('live_output', `live output of ${counted(left.length, 'run')} is left over`, `rm -r ${paths}`);
}
