import type { Exclusion, FileState } from '../../domain/file-state.ts';

/** Why the content of a path isn't held, for people. */
export const EXCLUSION_WORDS: Readonly<Record<Exclusion | 'special', string>> = {
  rule: 'a rule leaves it out',
  git: 'a git repository, left as it is',
  file_limit: 'larger than a file may be',
  checkpoint_limit: 'the checkpoint was full',
  store_limit: 'no room in the store',
  unreadable: 'could not be read',
  changing: 'changed each time it was read',
  mount: 'another file system',
  special: 'can not be made again',
};

const SPECIAL_WORDS = { fifo: 'FIFO', socket: 'socket', block: 'block device', character: 'device' } as const;

/** What stands at a path: `file`, `folder`, `link`, `FIFO`, `excluded file: a rule leaves it out`. */
export function fileKind(state: FileState): string {
  switch (state.type) {
    case 'file':
      return 'file';
    case 'directory':
      return 'folder';
    case 'symlink':
      return 'link';
    case 'special':
      return SPECIAL_WORDS[state.kind];
    case 'excluded':
      return `not held: ${EXCLUSION_WORDS[state.reason]}`;
  }
}

/** The twelve permission bits: `0644`. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** A size as one reads it at a glance: `12 B`, `1.2 kB`, `8.1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
