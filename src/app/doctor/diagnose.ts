import { AgentsError } from '../../domain/errors.ts';
import { DEFAULT_CONFIG } from '../../config/default-config.ts';
import { readConfig } from '../../config/load-config.ts';
import type { ConfigSource } from '../../config/config-source.ts';
import { agentsHome } from '../../host/home-folder.ts';
import { SystemProcessTable } from '../../host/process-table.ts';
import type { ProcessTable } from '../../ports/process-table.ts';
import { fail, ok, type Check } from './check.ts';
import { checkDatabases } from './database-checks.ts';
import { checkHome } from './home-check.ts';
import { checkConfig, checkNode, checkSpace, checkSqlite } from './machine-checks.ts';
import { checkWatches } from './watch-check.ts';

export type { Check };

export interface DiagnoseOptions {
  /** Of this program. */
  readonly version: string;
  /** The folder whose settings are looked at, and the environment. */
  readonly source: ConfigSource;
  /** For tests. */
  readonly nodeVersion?: string;
  readonly processes?: ProcessTable;
  readonly sqliteVersion?: () => Promise<string>;
}

/** Looks at everything that a run needs, and changes nothing. */
export async function diagnose(options: DiagnoseOptions): Promise<readonly Check[]> {
  const {
    version,
    source,
    nodeVersion = process.versions.node,
    processes = new SystemProcessTable(),
  } = options;
  const sqlite = await checkSqlite(options.sqliteVersion);
  const first = [ok('version', `agents ${version}`), checkNode(nodeVersion), sqlite];
  const settings = await readConfig(source);
  const config = checkConfig(settings);
  const home = findHome(source.env);
  if (typeof home !== 'string') return [...first, home, config];
  const folder = checkHome(home);
  // What may not be entered can't be looked at either.
  if (folder.status === 'fail' || sqlite.status === 'fail') return [...first, folder, config];
  const { exclude } = (settings.loaded?.config ?? DEFAULT_CONFIG).core.checkpoints;
  const watches = checkWatches(source.workspace, exclude);
  return [...first, folder, checkSpace(home), watches, config, ...(await checkDatabases(home, processes))];
}

function findHome(env: ConfigSource['env']): string | Check {
  try {
    return agentsHome(env);
  } catch (thrown) {
    if (!(thrown instanceof AgentsError)) throw thrown;
    return fail('home', thrown.message, thrown.nextSteps[0] ?? 'set AGENTS_HOME to an absolute path');
  }
}
