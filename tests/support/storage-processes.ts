import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of its own that runs one of the programs beside this file. */
export function startProgram(name: string, args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  return spawn(process.execPath, ['--no-warnings', file, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr]: string[][] = [[], []];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout?.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr?.push(text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout?.join('') ?? '', stderr: stderr?.join('') ?? '' };
}

export async function runProgram(name: string, args: readonly string[]): Promise<Ended> {
  return endOf(startProgram(name, args));
}
