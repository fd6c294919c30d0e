import { accessSync, constants, existsSync, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail, ok, quoted, warn, type Check } from './check.ts';

/** Rights of anybody but the owner. */
const OTHERS = 0o077;
const ANOTHER = 'set AGENTS_HOME to another folder';
const { R_OK, W_OK, X_OK } = constants;

/** Who asks, and what the system lets them do; but for tests this process. */
export interface User {
  readonly uid: number;
  /** @throws the system's error */
  readonly access: (path: string, mode: number) => void;
}

// Where the system has no users, every file says that it is of user 0.
const SELF: User = { uid: process.getuid?.() ?? 0, access: accessSync };

/** The folder of everything that is kept: there, ours, all of it usable, and nobody else's. */
export function checkHome(home: string, user: User = SELF): Check {
  const stats = lookAt(home, statSync);
  if (!stats) return checkPlaceOf(home);
  if (!stats.isDirectory()) return fail('home', `${home} is no folder`, `move it away, or ${ANOTHER}`);
  const refused = refusalOf({ path: home, stats }, user);
  if (refused === 'owner') {
    const message = `${home} belongs to another user (${stats.uid})`;
    return fail('home', message, 'set AGENTS_HOME to a folder of your own');
  }
  if (refused !== null) return refusedCheck(refused, [{ path: home, stats }], user);
  if (stats.uid !== user.uid) {
    const message = `${home} belongs to another user (${stats.uid}), who can't use what you write there`;
    return warn('home', message, 'set AGENTS_HOME to a folder of your own');
  }
  const entries = entriesOf(home);
  return checkEntries(entries, user) ?? checkOthers(home, [{ path: home, stats }, ...entries]);
}

/** Undefined: nothing is there, or it can't be reached. */
function lookAt(path: string, look: (path: string) => Stats): Stats | undefined {
  try {
    return look(path);
  } catch {
    // Why is told by what stands on the way there.
    return undefined;
  }
}

/** A home that is not there yet. */
function checkPlaceOf(home: string): Check {
  if (lookAt(home, lstatSync))
    return fail('home', `${home} is a link to what is not there`, `remove it, or ${ANOTHER}`);
  const above = nearestFolder(home);
  return isWritable(above)
    ? ok('home', `${home} is not there yet: the first plan makes it`)
    : fail('home', `${home} cannot be made: ${above} may not be written`, ANOTHER);
}

/** Something that stands in a home. */
interface Entry {
  readonly path: string;
  readonly stats: Stats;
}

/** Links are looked at as what they lead to; what has just gone is passed over. */
function entriesOf(home: string): readonly Entry[] {
  return readdirSync(home).flatMap((name) => {
    const path = join(home, name);
    const stats = lookAt(path, statSync);
    return stats ? [{ path, stats }] : [];
  });
}

type Refusal = 'disk' | 'owner' | 'rights';

/** Why it may not be used; null if it may, or is gone. What a person can do depends on it. */
function refusalOf({ path, stats }: Entry, user: User): Refusal | null {
  try {
    user.access(path, stats.isDirectory() ? R_OK | W_OK | X_OK : R_OK | W_OK);
    return null;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'EROFS') return 'disk';
    return stats.uid === user.uid ? 'rights' : 'owner';
  }
}

function checkEntries(entries: readonly Entry[], user: User): Check | null {
  const refused = entries.map((entry) => ({ entry, why: refusalOf(entry, user) }));
  const first = refused.find(({ why }) => why !== null)?.why;
  if (!first) return null;
  const alike = refused.filter(({ why }) => why === first).map(({ entry }) => entry);
  return refusedCheck(first, alike, user);
}

function refusedCheck(why: Refusal, entries: readonly Entry[], { uid }: User): Check {
  const paths = entries.map(({ path }) => path);
  const named = paths.join(', ');
  if (why === 'disk') return fail('home', `${named} is on a disk that may only be read`, ANOTHER);
  if (why === 'rights') return fail('home', `${named} may not be used`, `chmod u+rwX ${quoted(paths)}`);
  const owners = [...new Set(entries.map(({ stats }) => stats.uid))].join(', ');
  const message = `${named} may not be used: of another user (${owners}), as by a command with sudo`;
  return fail('home', message, `sudo chown -R ${uid} ${quoted(paths)}`);
}

function checkOthers(home: string, entries: readonly Entry[]): Check {
  const open = entries.filter(({ stats }) => (stats.mode & OTHERS) !== 0).map(({ path }) => path);
  if (open.length === 0) return ok('home', `${home}, readable by you only`);
  const message = `others may look into ${open.join(', ')}: what plans and tools said is there`;
  return warn('home', message, `chmod go= ${quoted(open)}`);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, R_OK | W_OK | X_OK);
    return true;
  } catch {
    // That it may not is the answer.
    return false;
  }
}

/** The folder itself, or the first one above it that is there. */
export function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
