import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotFoundError } from '../domain/errors.ts';
import type { TerminalPrograms } from '../ports/terminal-programs.ts';
import type { CliIo } from './cli-io.ts';

/** What a shell says of a program that isn't there. */
const NOT_FOUND = 127;

/** `$VISUAL`, `$EDITOR` and `$PAGER`; vi and less where they are unset. */
export function ownPrograms({ env, cwd }: Pick<CliIo, 'env' | 'cwd'>): TerminalPrograms {
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  const pager = env['PAGER'] || 'less';
  // As git does it: the variable is a command line, and may have options.
  const run = async (program: string, file: string): Promise<void> => {
    const child = spawn('sh', ['-c', `${program} "$1"`, program, file], { cwd, env, stdio: 'inherit' });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== NOT_FOUND) return;
    throw new NotFoundError('program_not_found', `there is no program ${program}`, {
      hint: 'EDITOR and PAGER name the programs that open files and texts',
    });
  };
  const runOn = async (program: string, file: string): Promise<void> => {
    if (!(await isFile(file))) throw new NotFoundError('file_not_found', `there is no file ${file} now`);
    await run(program, file);
  };
  return {
    page: async (text) => {
      const folder = await mkdtemp(join(tmpdir(), 'agents-'));
      try {
        const file = join(folder, 'text');
        await writeFile(file, text, { mode: 0o600 });
        await run(pager, file);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    view: (file) => runOn(pager, file),
    edit: (file) => runOn(editor, file),
  };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
