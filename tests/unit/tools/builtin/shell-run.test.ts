import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlanError } from '../../../../src/domain/errors.ts';
import { SystemProcessTable } from '../../../../src/host/process-table.ts';
import { createShellRun } from '../../../../src/tools/builtin/shell-run.ts';
import { ToolFailure } from '../../../../src/tools/tool-failure.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

const processes = new SystemProcessTable();
const shellRun = createShellRun(processes);
let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
  mkdirSync(join(bench.workspace, 'dir'), { recursive: true });
  mkdirSync(bench.outside);
  symlinkSync('../outside', at('out'));
});
afterEach(() => bench[Symbol.dispose]());

const at = (path: string): string => join(bench.workspace, path);
const run = (command: string, more = {}, context = {}) => bench.call(shellRun, { command, ...more }, context);
const isAlive = (pid: number): boolean =>
  processes.liveness({ ...processes.self, pid, start_time: null }) === 'alive';

/** Resolves once a file in the workspace holds a whole line; gives its numbers. */
async function numbersIn(name: string): Promise<readonly number[]> {
  const events = watch(bench.workspace);
  try {
    for (;;) {
      const text = existsSync(at(name)) ? readFileSync(at(name), 'utf8') : '';
      if (text.endsWith('\n')) return text.trim().split(/\s+/).map(Number);
      await once(events, 'change');
    }
  } finally {
    events.close();
  }
}

describe('Given a command that ends by itself', () => {
  it('Given a command that has ended, then no timer of it keeps the program alive', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await run('true');
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('When it works, then its output is the result and was seen live', async () => {
    const result = await run('echo one; echo two >&2; printf "three\\n\\n"');
    expect(result).toEqual({
      exit_code: 0,
      signal: null,
      stdout: 'one\nthree\n',
      stderr: 'two',
      truncated: false,
    });
    expect(bench.said.join('')).toContain('stdout:one\n');
    expect(bench.said).toContain('stderr:two\n');
  });

  it('When it asks for its surroundings, then it has only what it was given', async () => {
    const env = { PATH: process.env['PATH'] ?? '', GIVEN: 'a b' };
    const { stdout } = await run(
      'env; cat; read -r x; echo "read: $?"; pwd; test -e /proc/$$/fd/3 && echo open || echo closed',
      {},
      { env },
    );
    expect(stdout).toContain('GIVEN=a b\n');
    expect(stdout).toContain('AGENTS_CALL_ID=01TESTCALL0000000000000000\n');
    expect(stdout).not.toMatch(/^(HOME|USER|AGENTS_GATE)=/m);
    expect(stdout).toContain(`read: 1\n${bench.workspace}\n`);
    expect(stdout).toMatch(/\nclosed$/);
  });

  it('When its text holds quotes and line breaks, then it reaches the shell as it is', async () => {
    const { stdout } = await run(
      `for x in 'a "b"' \\\n  "$HOME-\\$1"; do echo "$x"; done`,
      {},
      { env: { HOME: "it's" } },
    );
    expect(stdout).toBe(`a "b"\nit's-$1`);
  });

  it('When it writes characters of several bytes, then they arrive whole', async () => {
    const { stdout } = await run(`printf '\\303'; sleep 0.05; printf '\\251\\360\\237\\230\\200'`);
    expect(stdout).toBe('é😀');
    expect(bench.said.join('')).not.toContain('\ufffd');
  });

  it('When another shell and folder are asked for, then it has them', async () => {
    const { stdout } = await run('echo "${BASH_VERSION%%.*}" $(basename "$PWD")', {
      shell: 'bash',
      cwd: 'dir',
    });
    expect(stdout).toMatch(/^\d+ dir$/);
  });

  it('When it was started, then its process was told before, as the leader of a group', async () => {
    const { stdout } = await run('echo $$; cut -d" " -f5,22 /proc/$$/stat');
    const [pid, rest] = (stdout as string).split('\n');
    const [pgid, start] = (rest ?? '').split(' ');
    expect(bench.spawned).toEqual([{ pid: Number(pid), pgid: Number(pgid), start_time: Number(start) }]);
    expect(pgid).toBe(pid);
  });
});

async function failure(command: string, more = {}): Promise<ToolFailure> {
  const thrown: unknown = await run(command, more).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ToolFailure);
  return thrown as ToolFailure;
}

describe('Given a command that fails', () => {
  it('When it ends with a code, then the failure holds what it gave, and the last line of stderr', async () => {
    const error = await failure('echo out; printf "first\\n\\033[31mlast\\n\\n" >&2; exit 3');
    expect(error).toMatchObject({
      code: 'command_failed',
      message: 'the command ended with exit code 3',
      hint: '\\x1b[31mlast',
      result: { exit_code: 3, stdout: 'out', stderr: 'first\n\u001b[31mlast\n' },
    });
  });

  it('When it says nothing, then there is no hint', async () => {
    expect((await failure('false')).hint).toBeNull();
  });

  it('When its code counts as success, then it does not fail; 0 does then', async () => {
    expect(await run('exit 3', { ok_codes: [1, 3] })).toMatchObject({ exit_code: 3 });
    expect((await failure('true', { ok_codes: [1] })).message).toBe('the command ended with exit code 0');
  });

  it('When a signal ends it, then that is said, whatever codes count', async () => {
    const error = await failure('kill -KILL $$', { ok_codes: [0, 137] });
    expect(error).toMatchObject({
      message: 'the command was ended by SIGKILL',
      result: { exit_code: 137, signal: 'SIGKILL' },
    });
  });

  it('When there is no such shell, then it fails like an unknown command', async () => {
    expect(await failure('echo', { shell: '/no/such/shell' })).toMatchObject({ result: { exit_code: 127 } });
  });

  it.each([
    ['outside', '..', 'outside_workspace'],
    ['behind a link', 'out', 'outside_workspace'],
    ['missing', 'no', 'not_found'],
    ['a file', 'file', 'not_a_folder'],
  ])('When its folder is %s, then nothing is started', async (_, cwd, code) => {
    writeFileSync(at('file'), '');
    await expect(run('touch ran', { cwd })).rejects.toThrow(expect.objectContaining({ code }));
    expect(bench.spawned).toEqual([]);
  });

  it('When the system cannot start it, then it says so', async () => {
    const env = { PATH: '', HUGE: 'x'.repeat(4 * 1024 * 1024) };
    await expect(run('true', {}, { env })).rejects.toThrow(
      expect.objectContaining({ code: 'spawn_failed', hint: expect.stringContaining('E2BIG') }),
    );
  });

  it.each([
    { command: '' },
    { command: 'a\0b' },
    { command: 'x', ok_codes: [] },
    { command: 'x', ok_codes: [256] },
  ])('When the input is %j, then it is refused', (input) =>
    expect(shellRun.input.safeParse(input).success).toBe(false),
  );
});

describe('Given the gate', () => {
  it('When the process cannot be recorded, then the command never runs and nothing is left', async () => {
    let pid = 0;
    const refused = new Error('the journal is full');
    const spawned = async (process: { pid: number }): Promise<void> => {
      pid = process.pid;
      expect(isAlive(pid)).toBe(true);
      throw refused;
    };
    await expect(run('touch ran', {}, { spawned })).rejects.toBe(refused);
    expect([isAlive(pid), existsSync(at('ran'))]).toEqual([false, false]);
  });

  it('When recording takes its time, then the command waits', async () => {
    let wasIdle = false;
    const spawned = async (process: { pid: number }): Promise<void> => {
      // Long enough for a shell without a gate to have made the file.
      const other = spawn('sh', ['-c', 'sleep 0.3']);
      await once(other, 'close');
      wasIdle = isAlive(process.pid) && !existsSync(at('ran'));
    };
    await run('touch ran', {}, { spawned });
    expect([wasIdle, existsSync(at('ran'))]).toEqual([true, true]);
  });

  it('When this program dies before, then the command never runs', async () => {
    const program = `
      import { createShellRun } from ${JSON.stringify(new URL('../../../../src/tools/builtin/shell-run.ts', import.meta.url).href)};
      import { SystemProcessTable } from ${JSON.stringify(new URL('../../../../src/host/process-table.ts', import.meta.url).href)};
      const tool = createShellRun(new SystemProcessTable());
      await tool.run(tool.input.parse({ command: 'touch ran' }), {
        workspace: process.argv[1], env: { PATH: process.env.PATH }, callId: 'X', signal: new AbortController().signal,
        write: () => {}, spawned: async ({ pid }) => { process.stdout.write(pid + '\\n'); await new Promise((r) => setTimeout(r, 60000)); },
      });`;
    const runner = spawn(process.execPath, ['--input-type=module', '-e', program, bench.workspace], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(runner.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    runner.kill('SIGKILL');
    await once(runner, 'close');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(existsSync(at('ran'))).toBe(false);
  });
});

describe('Given a command that starts others', () => {
  const NEST =
    'sh -c "sleep 600 & sh -c \'trap : TERM; sleep 601 & echo $$ \\$! \\$\\$ > pids; wait; wait\' & wait"; :';

  it('When it is aborted, then all of them end, and the reason and its output are in the failure', async () => {
    const controller = new AbortController();
    const ended = run(`echo begun; ${NEST}`, {}, { signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    const pids = await numbersIn('pids');
    expect(pids.every(isAlive)).toBe(true);
    controller.abort(new PlanError('timeout', 'the step took longer than 60 s'));
    const error = await ended;
    expect(error).toBeInstanceOf(ToolFailure);
    expect(error).toMatchObject({
      code: 'timeout',
      message: 'the step took longer than 60 s',
      result: { stdout: 'begun' },
    });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(processes.findByCallId(['01TESTCALL0000000000000000'])).toEqual([]);
  });

  it('When it is aborted by a time-out of Node, then the failure says that it was ended', async () => {
    const ended = run('trap "" TERM; sleep 600', {}, { signal: AbortSignal.timeout(300) });
    await expect(ended).rejects.toMatchObject({ code: 'aborted', result: { signal: 'SIGKILL' } });
    expect(isAlive(bench.spawned[0]?.pid ?? 0)).toBe(false);
  });

  it('When one leaves the group, then it is found by its call id and ended', async () => {
    await run(
      "setsid sh -c 'echo $$ > pids; exec sleep 600' >/dev/null 2>&1 & until [ -s pids ]; do sleep 0.01; done",
    );
    const pids = await numbersIn('pids');
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('When one forgets its environment, then it is ended with the group', async () => {
    await run('env -i sleep 600 & echo $! > pids');
    expect((await numbersIn('pids')).filter(isAlive)).toEqual([]);
  });

  it('When it leaves one behind that writes, then that gets a moment and its lines are in the result', async () => {
    expect(await run('(sleep 0.05; echo late) & echo early')).toMatchObject({ stdout: 'early\nlate' });
  });

  it('When one leaves the group, forgets its environment and keeps the pipes, then nobody waits for it', async () => {
    const escape = `env -i setsid sh -c 'echo $$ > pid; exec sleep 1000' & until test -s pid; do sleep 0.01; done; echo said`;
    const { stdout, truncated } = await run(escape);
    for (const pid of await numbersIn('pid')) process.kill(pid, 'SIGKILL');
    expect(stdout).toBe('said');
    expect(truncated).toBe(true);
  });

  it('When it was aborted before, then nothing is started', async () => {
    const reason = new Error('cancelled');
    await expect(run('touch ran', {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(bench.spawned).toEqual([]);
  });

  it('When it is aborted while its process is recorded, then it never runs', async () => {
    const controller = new AbortController();
    const spawned = async (): Promise<void> => controller.abort(new Error('cancelled'));
    await expect(run('touch ran', {}, { signal: controller.signal, spawned })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(existsSync(at('ran'))).toBe(false);
  });
});

describe('Given somebody slow who hears a command', () => {
  it('When it says much, then it waits, and all it said arrives', async () => {
    const slow = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    let times = 0;
    const room = (): Promise<void> | null => {
      asked.resolve();
      times += 1;
      return times === 1 ? slow.promise : null;
    };
    const result = run(`head -c 1000000 /dev/zero | tr '\\0' x; : > ended`, {}, { room });
    await asked.promise;
    // More than pipe and stream hold together: it can't have come to its end.
    expect(existsSync(at('ended'))).toBe(false);
    slow.resolve();
    expect((await result)['stdout']).toHaveLength(1_000_000);
  });
});

describe('Given a command that says more than a result holds', () => {
  it('When it ends, then both ends of it are kept', async () => {
    const result = await run('echo first; yes 0123456789abcde | head -c 20000000; echo; echo last');
    expect(result).toMatchObject({ exit_code: 0, truncated: true, stderr: '' });
    const stdout = result['stdout'] as string;
    expect(stdout.length).toBeLessThan(16 * 1024 * 1024 + 100);
    expect(stdout).toMatch(/^first\n0123/);
    expect(stdout).toMatch(/\nlast$/);
    expect(stdout).toMatch(/\n\[\.\.\. \d+ characters left out \.\.\.\]\n/);
  });
});

describe('Given what a call may do', () => {
  it('When the step says what it does, then that is its effect; else it writes', () => {
    const effect = (more: object) => shellRun.effectOf?.(shellRun.input.parse({ command: 'x', ...more }));
    expect([effect({}), effect({ effect: 'read' }), effect({ effect: 'write' })]).toEqual([
      'write',
      'read',
      'write',
    ]);
    expect(shellRun.paths(shellRun.input.parse({ command: 'x' }))).toBeNull();
  });
});
