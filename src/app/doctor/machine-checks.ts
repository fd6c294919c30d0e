import { constants, existsSync, accessSync, lstatSync, statSync, statfsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigReading } from '../../config/load-config.ts';
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

/** Who asks, and what the system lets them do; but for tests this process. */
export interface User {
  readonly uid: number;
  /** @throws the system's error */
  readonly access: (path: string, mode: number) => void;
}

// Where the system has no users, every file says that it is of user 0.
const SELF: User = { uid: process.getuid?.() ?? 0, access: accessSync };

/** The folder of everything that is kept: there, ours, and nobody else's. */
export function checkHome(home: string, user: User = SELF): Check {
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
  const refused = whyNotWritable(home, user);
  if (refused !== null) return fail('home', `${home} ${refused.what}`, refused.next);
  const { uid } = statSync(home);
  if (uid !== user.uid)
    return warn(
      'home',
      `${home} belongs to another user (${uid}), who can't use what you write there`,
      ANOTHER,
    );
  const open = [home, ...entriesOf(home)].filter((path) => (lstatSync(path).mode & OTHERS) !== 0);
  return open.length === 0
    ? ok('home', `${home}, readable by you only`)
    : warn(
        'home',
        `others may look into ${open.join(', ')}: what plans and tools said is there`,
        `chmod go= ${open.map(quote).join(' ')}`,
      );
}

const ANOTHER = 'set AGENTS_HOME to a folder of your own';

/** What a person can do about a folder depends on why it may not be written. */
function whyNotWritable(home: string, user: User): { readonly what: string; readonly next: string } | null {
  try {
    user.access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EROFS')
      return { what: 'is on a disk that may only be read', next: 'set AGENTS_HOME to another folder' };
    const { uid } = statSync(home);
    if (uid !== user.uid) return { what: `belongs to another user (${uid})`, next: ANOTHER };
    return { what: 'may not be written', next: `chmod u+rwx ${quote(home)}` };
  }
}

function entriesOf(home: string): readonly string[] {
  return readdirSync(home).map((name) => join(home, name));
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
