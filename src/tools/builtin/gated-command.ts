import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { ProcessTable } from '../../ports/process-table.ts';
import { PlanError } from '../../domain/errors.ts';
import type { ToolContext } from '../../ports/tool.ts';
import { BoundedText } from './bounded-text.ts';

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 2000;
/** How long what a command left behind may still write before it is ended. */
const LINGER_MS = 250;
/** So often in a row nothing came in LINGER_MS from pipes that somebody keeps open: then they are left; and after this often anyway. */
const QUIET_TIMES = 4;
const MOST_TIMES = 40;
/** A process that is being ended may start another one: look again, but not for ever. */
const MAX_ROUNDS = 5;

/**
 * Waits for one line on descriptor 3 and only then becomes the command. If this program dies first, the pipe closes, the
 * read fails and the command never runs: no process is ever at work that is not in the journal.
 */
const GATE = 'read -r AGENTS_GATE <&3 || exit 125; exec 3<&-; unset AGENTS_GATE; exec "$1" -c "$2"';

export interface CommandResult {
  readonly exit_code: number;
  /** The signal that ended it; then `exit_code` is 128 + its number, as in a shell. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Part of the output was left out of the result. */
  readonly truncated: boolean;
}

export interface Command {
  readonly shell: string;
  readonly text: string;
  /** Absolute. */
  readonly folder: string;
}

/** What is used of execa's subprocess. */
interface Started {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly gate: Writable;
  readonly exited: Promise<unknown>;
  /** Its streams are closed too. Never rejects. */
  readonly ended: Promise<{ readonly exitCode?: number | undefined; readonly signal?: string | undefined }>;
}

async function start(command: Command, context: ToolContext): Promise<Started> {
  // Loaded late: it costs more than 100 ms and most commands of the program never need it.
  const { execa } = await import('execa');
  const child = execa('/bin/sh', ['-c', GATE, 'agents-gate', command.shell, command.text], {
    cwd: command.folder,
    env: { ...context.env, AGENTS_CALL_ID: context.callId },
    extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', { value: 'pipe', input: true }],
    buffer: false,
    reject: false,
    cancelSignal: context.signal,
    // A process group of its own: pgid = pid.
    killDescendants: true,
    forceKillAfterDelay: GRACE_MS,
  });
  const exited = new Promise((resolve) => child.nodeChildProcess.once('exit', resolve));
  if (child.pid === undefined) {
    const { shortMessage } = await child;
    throw new PlanError('spawn_failed', 'the command could not be started', { hint: String(shortMessage) });
  }
  const gate = child.stdio[3] as unknown as Writable;
  // The reader may be gone already (ended from outside): its exit says so.
  gate.on('error', () => null);
  return { pid: child.pid, stdout: child.stdout, stderr: child.stderr, gate, exited, ended: child };
}

/** Ends the call's process group and every process that carries its id, also those that left the group. */
async function endAll(processes: ProcessTable, pgid: number, callId: string): Promise<void> {
  let targets: readonly number[] = [-pgid];
  for (let round = 0; round < MAX_ROUNDS && targets.length > 0; round += 1) {
    await processes.end([...targets], GRACE_MS);
    targets = processes.findByCallId([callId]);
  }
}

interface Collected {
  readonly kept: BoundedText;
  /** So far. */
  readonly characters: number;
  /** The rest is taken as it comes: what wrote it has ended. */
  finish(): void;
}

/** Takes what a stream says, at the pace of whoever hears it: as in a pipe, a slow reader slows the command down. */
function collect(stream: Readable, name: 'stdout' | 'stderr', context: ToolContext): Collected {
  const kept = new BoundedText();
  let waits = true;
  let characters = 0;
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    kept.add(text);
    characters += text.length;
    context.write(name, text);
    const room = waits ? context.room() : null;
    if (room === null) return;
    stream.pause();
    void room.then(() => stream.resume());
  });
  const finish = (): void => {
    waits = false;
    stream.resume();
  };
  return {
    kept,
    finish,
    get characters() {
      return characters;
    },
  };
}

/** Whether its pipes close. They do once all who write to them have ended, of whom some may not be known to us. */
async function closes({ ended }: Started, heard: () => number): Promise<boolean> {
  for (let quiet = 0, times = 0; quiet < QUIET_TIMES && times < MOST_TIMES; times += 1) {
    const before = heard();
    const pause = setTimeout(LINGER_MS, false, { ref: false });
    if (await Promise.race([ended.then(() => true), pause])) return true;
    quiet = heard() === before ? quiet + 1 : 0;
  }
  return false;
}

function exitOf(
  code: number | undefined,
  signal: string | undefined,
): Pick<CommandResult, 'exit_code' | 'signal'> {
  if (signal === undefined) return { exit_code: Number(code), signal: null };
  return { exit_code: 128 + constants.signals[signal as NodeJS.Signals], signal };
}

/**
 * Runs a shell command in a process group of its own, journaled before its first instruction. When it has ended, or the
 * signal is aborted, everything it started is ended too.
 * @throws what `context.spawned` throws; then the command never ran
 * @throws PlanError `spawn_failed`
 */
export async function runGated(
  command: Command,
  context: ToolContext,
  processes: ProcessTable,
): Promise<CommandResult> {
  const child = await start(command, context);
  const stdout = collect(child.stdout, 'stdout', context);
  const stderr = collect(child.stderr, 'stderr', context);
  try {
    await context.spawned({ pid: child.pid, pgid: child.pid, start_time: processes.startTime(child.pid) });
    // Nothing is begun that is to be ended: the shell would be quicker than the signal.
    if (context.signal.aborted) child.gate.destroy();
    else child.gate.end('go\n');
    await child.exited;
    // What runs behind a pipe (`> >(tee log)`) gets a moment to write its last lines.
    if (!context.signal.aborted)
      await Promise.race([child.ended, setTimeout(LINGER_MS, undefined, { ref: false })]);
  } finally {
    child.gate.destroy();
    await endAll(processes, child.pid, context.callId);
    for (const { finish } of [stdout, stderr]) finish();
  }
  const isOpen = !(await closes(child, () => stdout.characters + stderr.characters));
  // Somebody who isn't known as of this call any more holds the pipes: what they say isn't waited for.
  if (isOpen) for (const stream of [child.stdout, child.stderr]) stream.destroy();
  const { exitCode, signal } = await child.ended;
  return {
    ...exitOf(exitCode, signal),
    stdout: stdout.kept.finish(),
    stderr: stderr.kept.finish(),
    truncated: isOpen || stdout.kept.isTruncated || stderr.kept.isTruncated,
  };
}
