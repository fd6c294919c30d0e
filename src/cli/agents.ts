#!/usr/bin/env node
// The way in. It stays small and old-fashioned: it answers --version and --help without loading anything, and it must be
// readable by a Node that cannot run the rest, because it has to say so.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { HELP_TEXT } from './help-text.ts';
import { createProcessIo } from './process-io.ts';
import type { main as Main } from './main.ts';

declare const __AGENTS_VERSION__: string;

const OLDEST_NODE = [22, 18] as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/** The newer Node that was installed together with this program, or null. */
function findOwnNode(): string | null {
  try {
    const packageFile = nodeModule.createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(packageFile), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

function runWithOwnNode(): void {
  const node = findOwnNode();
  if (node === null) {
    const wanted = OLDEST_NODE.join('.');
    process.stderr.write(
      `agents needs Node ${wanted} or newer (this is ${process.versions.node}): install it from https://nodejs.org,\n` +
        '  or beside agents, which then finds it by itself: npm install node@24\n',
    );
    process.exitCode = 2;
    return;
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes; the child takes two that come together for one press (run-signals.ts).
  const forward = SIGNALS.map((name) => [name, () => void child.kill(name)] as const);
  for (const [name, handler] of forward) process.on(name, handler);
  child.on('error', (error) => {
    process.stderr.write(`agents could not start ${node}: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    for (const [name, handler] of forward) process.off(name, handler);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}

async function runHere(args: readonly string[]): Promise<void> {
  nodeModule.enableCompileCache?.();
  // A variable, so that the type checker does not look for the built file.
  const built = './main.js';
  const { main } = (await import(built)) as { main: typeof Main };
  // No exit here: the process ends by itself when what it wrote has been taken.
  process.exitCode = await main(args, createProcessIo(process));
}

const args = process.argv.slice(2);
const [first] = args;
if (args.length === 1 && (first === '--version' || first === '-v'))
  process.stdout.write(`${__AGENTS_VERSION__}\n`);
else if (args.length === 1 && (first === '--help' || first === '-h')) process.stdout.write(HELP_TEXT);
else if (args.length === 0 && !(process.stdin.isTTY && process.stdout.isTTY)) process.stdout.write(HELP_TEXT);
else if (isNodeTooOld(process.versions.node)) runWithOwnNode();
else await runHere(args);
