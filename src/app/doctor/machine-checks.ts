import { constants, existsSync, accessSync, statSync, statfsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readConfig } from '../../config/load-config.ts';
import type { ConfigSource } from '../../config/config-source.ts';
import { describePlace } from '../../config/config-source.ts';
import { counted, fail, ok, warn, type Check } from './check.ts';

const OLDEST_NODE = [22, 18] as const;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const LITTLE_SPACE = 1024 * MIB;
const NO_SPACE = 64 * MIB;
/** Rights of anybody but the owner. */
const OTHERS = 0o077;

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

/** The folder of everything that is kept: there, ours, and nobody else's. */
export function checkHome(home: string): Check {
  if (!existsSync(home)) {
    const above = nearestFolder(home);
    return isWritable(above)
      ? ok('home', `${home} is not there yet: the first plan makes it`)
      : fail(
          'home',
          `${home} cannot be made: ${above} may not be written`,
          'set AGENTS_HOME to another folder',
        );
  }
  if (!statSync(home).isDirectory())
    return fail('home', `${home} is no folder`, `move it away, or set AGENTS_HOME to another folder`);
  if (!isWritable(home)) return fail('home', `${home} may not be written`, `chmod u+rwx ${quote(home)}`);
  const open = [home, ...filesOf(home)].filter((path) => (statSync(path).mode & OTHERS) !== 0);
  return open.length === 0
    ? ok('home', `${home}, readable by you only`)
    : warn(
        'home',
        `others may look into ${open.join(', ')}: what plans and tools said is there`,
        `chmod go= ${open.map(quote).join(' ')}`,
      );
}

function filesOf(home: string): readonly string[] {
  return readdirSync(home)
    .filter((name) => /\.db($|-)/.test(name))
    .map((name) => join(home, name));
}

const quote = (path: string): string =>
  /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    // That it may not is the answer.
    return false;
  }
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
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

export async function checkConfig(source: ConfigSource): Promise<Check> {
  const { files, faults } = await readConfig(source);
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
