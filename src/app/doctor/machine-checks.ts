import { statfsSync } from 'node:fs';
import type { ConfigReading } from '../../config/load-config.ts';
import { describePlace } from '../../config/config-source.ts';
import { counted, fail, ok, warn, type Check } from './check.ts';
import { nearestFolder } from './home-check.ts';

const OLDEST_NODE = [22, 18] as const;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const LITTLE_SPACE = 1024 * MIB;
const NO_SPACE = 64 * MIB;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const wanted = OLDEST_NODE.join('.');
  return isOld
    ? fail(
        'node',
        `Node ${version} is too old: ${wanted} is needed`,
        'install a newer one from https://nodejs.org',
      )
    : ok('node', `Node ${version}`);
}

/** @param sqliteVersion asks the library, which is a native one: built for another system it can't be loaded */
export async function checkSqlite(
  sqliteVersion = async (): Promise<string> =>
    (await import('../../storage/sqlite-version.ts')).sqliteVersion(),
): Promise<Check> {
  try {
    return ok('sqlite', `SQLite ${await sqliteVersion()}`);
  } catch (thrown) {
    return fail(
      'sqlite',
      `SQLite can't be loaded: ${(thrown as Error).message}`,
      'install agents again, on this system',
    );
  }
}

/** `free` in bytes; by default what the disk of the home says. */
export function checkSpace(home: string, free = freeBytes(home)): Check {
  const space = free < GIB ? `${Math.floor(free / MIB)} MiB` : `${Math.floor(free / GIB)} GiB`;
  const message = `${space} free on the disk of ${home}`;
  const next = 'free some space on that disk';
  if (free < NO_SPACE) return fail('space', message, next);
  return free < LITTLE_SPACE ? warn('space', message, next) : ok('space', message);
}

function freeBytes(home: string): number {
  const { bavail, bsize } = statfsSync(nearestFolder(home));
  return bavail * bsize;
}

export function checkConfig({ files, faults }: ConfigReading): Check {
  const [first] = faults;
  if (first) {
    const others = faults.length === 1 ? '' : ` (and ${faults.length - 1} more)`;
    const place = describePlace(first.origin) ?? '';
    return fail('config', `${place}: ${first.message}${others}`, 'agents config validate');
  }
  const read = files.filter(({ role }) => role === 'read');
  const from = read.map(({ path }) => path).join(', ');
  return ok(
    'config',
    read.length === 0 ? 'no settings files: the defaults hold' : `${counted(read.length, 'file')}: ${from}`,
  );
}
