import { readFileSync } from 'node:fs';
import { rawPathOf } from '../../domain/raw-path.ts';

const MOUNTS = '/proc/self/mountinfo';

/** What is mounted in a folder, as the system lists it: nobody is told when that changes. @throws the system's error */
export function mountsIn(workspace: string): string {
  const escaped = rawPathOf(workspace).replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  const inside = ` ${escaped === '/' ? '' : escaped}/`;
  const lines = readFileSync(MOUNTS, 'latin1').split('\n');
  return lines.filter((line) => line.includes(inside)).join('\n');
}
