import { readFileSync, statfsSync } from 'node:fs';

/** Local ones, whose changes the system tells of whoever makes them; by the magic numbers of statfs(2). */
const LOCAL_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlay'],
  [0xf2f52010, 'f2fs'],
  [0x2fc12fc1, 'zfs'],
  [0xca451a4e, 'bcachefs'],
]);

const LIMITS = '/proc/sys/fs/inotify';
/** What the kernel begins with; a queue that was made before somebody raised the number holds no more. */
const USUAL_EVENTS = 16_384;

/** The kind of file system that a folder is on, if it is one whose changes can be watched; else null. */
export function localFileSystem(folder: string): string | null {
  // Some numbers come with the sign of 32 bits.
  return LOCAL_FILE_SYSTEMS.get(statfsSync(folder).type >>> 0) ?? null;
}

/** Why nothing can be watched there, as a sentence's end; null if it can. */
export function unwatchable(folder: string, platform: NodeJS.Platform = process.platform): string | null {
  if (platform !== 'linux') return `folders are watched under Linux only, and this is ${platform}`;
  return localFileSystem(folder) === null ? `${folder} is not on a local file system that is known` : null;
}

const OF_ONE_FOLDER = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP']);

/** Whether an error of the system says something of one folder only; all else it says of the machine. */
export function isOfOneFolder(code: string): boolean {
  return OF_ONE_FOLDER.has(code);
}

/** What an error of the system means for watches, as a sentence's end. */
export function describeFault(code: string): string {
  if (code === 'ENOSPC') return 'no watch is left for this user (fs.inotify.max_user_watches)';
  if (code === 'EMFILE') return 'no more programs of this user can watch (fs.inotify.max_user_instances)';
  return `the system refused to watch (${code})`;
}

/** One of the system's limits for watches; null where there is none. */
export function watchLimit(
  name: 'max_queued_events' | 'max_user_instances' | 'max_user_watches',
): number | null {
  try {
    return Number(readFileSync(`${LIMITS}/${name}`, 'utf8'));
  } catch {
    // No such file but under Linux.
    return null;
  }
}

/** How many events the system surely keeps for a thread that doesn't read them. */
export function queuedEvents(): number {
  return Math.min(watchLimit('max_queued_events') ?? USUAL_EVENTS, USUAL_EVENTS);
}
