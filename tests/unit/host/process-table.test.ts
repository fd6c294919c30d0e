import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ProcFiles } from '../../../src/host/proc-files.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';

const table = new SystemProcessTable();
/** As on a system without `/proc`. */
const blind = new SystemProcessTable(null, '/no/such/folder');
const folder = mkdtempSync(join(tmpdir(), 'agents-proc-'));
const started: ChildProcess[] = [];

/** Starts a shell in a group of its own; resolves once it has said its line. */
async function start(
  script: string,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; pid: number; said: string }> {
  const child = spawn('/bin/sh', ['-c', script], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, pid: child.pid ?? 0, said: line.toString().trim() };
}

afterEach(() => {
  for (const { pid } of started.splice(0)) {
    try {
      process.kill(-(pid ?? 0), 'SIGKILL');
    } catch {
      // The whole group has ended: as it should be.
      continue;
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('Given this process', () => {
  it('When it is described, then precisely', () => {
    expect(table.self).toMatchObject({
      host: hostname(),
      boot_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pid_namespace: expect.stringMatching(/^pid:\[\d+\]$/),
      pid: process.pid,
      start_time: table.startTime(process.pid),
    });
    expect(table.self.start_time).toBeGreaterThan(0);
  });

  it('When there is no /proc, then as far as known', () => {
    expect(blind.self).toMatchObject({ boot_id: 'unknown', pid_namespace: null, start_time: null });
  });

  it.each([
    ['it', {}, 'alive'],
    ['its number at another time', { start_time: 1 }, 'gone'],
    ['it without a time', { start_time: null }, 'alive'],
    ['a number that is nobody', { pid: 2 ** 22 + 1 }, 'gone'],
    ['before the machine was started again', { boot_id: 'x' }, 'gone'],
    ['on another machine', { boot_id: 'x', host: 'x' }, 'unknown'],
    ['on this machine under another name', { host: 'x' }, 'alive'],
    ['in another container', { host: 'x', pid_namespace: 'pid:[1]' }, 'unknown'],
  ] as const)('When it is asked for %s, then it is told apart', (_, change, expected) => {
    expect(table.liveness({ ...table.self, ...change })).toBe(expected);
  });

  it.each([
    ['it', {}, 'alive'],
    ['a number that is nobody', { pid: 2 ** 22 + 1 }, 'gone'],
    ['one on another machine', { host: 'x' }, 'unknown'],
    ['one with a time', { start_time: 1 }, 'alive'],
  ] as const)('When there is no /proc and it is asked for %s, then signals tell', (_, change, expected) => {
    expect(blind.liveness({ ...blind.self, ...change })).toBe(expected);
  });

  it('When one has ended and nobody has collected it, then it is gone', async () => {
    // The shell never waits for its child, so that stays as a zombie.
    const { said } = await start('sh -c "echo \\$\\$; exec sleep 0.05" & exec sleep 600');
    const zombie = { ...table.self, pid: Number(said), start_time: null };
    await expect.poll(() => table.liveness(zombie), { interval: 10 }).toBe('gone');
    expect(process.kill(Number(said), 0)).toBe(true);
  });
});

describe('Given processes of a call', () => {
  it('When they are looked for, then those with its id and members of their groups are found, no others', async () => {
    const call = await start('env -i sleep 600 & echo $!; wait', { AGENTS_CALL_ID: 'CALL-A' });
    const other = await start('echo up; sleep 600', { AGENTS_CALL_ID: 'CALL-AB' });
    expect(new Set(table.findByCallId(['CALL-A', 'CALL-C']))).toEqual(new Set([call.pid, Number(call.said)]));
    expect(table.findByCallId(['CALL-AB'])).toContain(other.pid);
    expect(table.findByCallId([])).toEqual([]);
    expect(blind.findByCallId(['CALL-A'])).toEqual([]);
  });

  it('When another home has a call of the same id, then its processes are left alone', async () => {
    const ours = await start('echo up; exec sleep 600', { AGENTS_CALL_ID: 'CALL-D', AGENTS_CALL_HOME: '/a' });
    const theirs = await start('echo up; exec sleep 600', {
      AGENTS_CALL_ID: 'CALL-D',
      AGENTS_CALL_HOME: '/b',
    });
    expect(new SystemProcessTable('/a').findByCallId(['CALL-D'])).toEqual([ours.pid]);
    expect(new SystemProcessTable('/b').findByCallId(['CALL-D'])).toEqual([theirs.pid]);
    expect(table.findByCallId(['CALL-D'])).toHaveLength(2);
  });

  it('When one is in our own group, then the others of it are not taken along', async () => {
    const ours = spawn('sleep', ['600'], {
      env: { ...process.env, AGENTS_CALL_ID: 'CALL-OURS' },
      stdio: 'ignore',
    });
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    await Promise.all([once(ours, 'spawn'), once(bystander, 'spawn')]);
    expect(table.findByCallId(['CALL-OURS'])).toEqual([ours.pid]);
    expect(await table.end([ours.pid ?? 0, bystander.pid ?? 0], 1000)).toEqual([]);
  });
});

describe('Given processes to end', () => {
  it.each([
    ['with /proc', table],
    ['without', blind],
  ])('When they listen, then they end at once (%s)', async (_, processes) => {
    const { child, pid } = await start('echo up; exec sleep 600');
    const ended = once(child, 'exit');
    expect(await processes.end([pid], 30_000)).toEqual([]);
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  it('When they do not, then they are killed after their grace', async () => {
    const { child, pid } = await start('trap "" TERM; echo up; while :; do sleep 0.05; done');
    const ended = once(child, 'exit');
    expect(await table.end([pid], 100)).toEqual([]);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it('When one is stopped, then it is killed without a grace that it can do nothing with', async () => {
    const { child, pid } = await start('trap "" TERM; echo up; while :; do sleep 0.05; done');
    const ended = once(child, 'exit');
    child.kill('SIGSTOP');
    while (new ProcFiles('/proc').stat(pid)?.state !== 'T') await wait(1);
    expect(await table.end([pid], 600_000)).toEqual([]);
    expect(await ended).toEqual([null, 'SIGKILL']);
  });

  it.each([
    ['with /proc', table],
    ['without', blind],
  ])('When it is a group, then all its members end, also if the first is gone (%s)', async (_, processes) => {
    const { child, pid, said } = await start('sleep 600 & echo $!; exit 0');
    if (child.exitCode === null) await once(child, 'exit');
    expect(processes.liveness({ ...processes.self, pid: Number(said), start_time: null })).toBe('alive');
    // An orphan is collected by the system; where nothing does that it stays, dead, and only /proc tells.
    const left = await processes.end([-pid], 1000);
    if (processes === table) expect(left).toEqual([]);
    expect(table.liveness({ ...table.self, pid: Number(said), start_time: null })).toBe('gone');
  });

  it('When they are gone, or there are none, then there is nothing to wait for', async () => {
    const { child, pid } = await start('echo up');
    if (child.exitCode === null) await once(child, 'exit');
    expect(await table.end([pid, -pid, 2 ** 22 + 1], 60_000)).toEqual([]);
    expect(await table.end([], 60_000)).toEqual([]);
  });
});

describe('Given the files of /proc', () => {
  it.each([
    ['plain', 'sh'],
    ['with spaces', 'my prog'],
    ['with parentheses', 'a) Z 9 (b'],
  ])('When a command is %s, then its fields are found', (_, command) => {
    mkdirSync(join(folder, '77'), { recursive: true });
    const rest = ['S', '1', '42', ...Array.from({ length: 16 }, () => '0'), '123456', '0'].join(' ');
    writeFileSync(join(folder, '77', 'stat'), `77 (${command}) ${rest}\n`);
    expect(new ProcFiles(folder).stat(77)).toEqual({ state: 'S', pgrp: 42, startTime: 123456 });
  });

  it('When a file is missing or short, then there is an answer all the same', () => {
    const files = new ProcFiles(folder);
    mkdirSync(join(folder, '78'), { recursive: true });
    writeFileSync(join(folder, '78', 'stat'), '');
    expect(files.stat(78)).toMatchObject({ state: '' });
    expect([files.stat(1), files.environment(1), files.bootId(), files.pidNamespace()]).toEqual([
      null,
      [],
      null,
      null,
    ]);
    expect(files.pids()).toEqual(expect.arrayContaining([78]));
  });

  it('When there is a namespace, then it is read', () => {
    mkdirSync(join(folder, 'self', 'ns'), { recursive: true });
    symlinkSync('pid:[7]', join(folder, 'self', 'ns', 'pid'));
    expect(new ProcFiles(folder).pidNamespace()).toBe('pid:[7]');
  });
});
