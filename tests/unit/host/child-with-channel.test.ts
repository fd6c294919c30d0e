import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { ChildWithChannel } from '../../../src/host/child-with-channel.ts';

const children: ChildWithChannel[] = [];
afterEach(() => {
  for (const { pid } of children.splice(0)) {
    try {
      if (pid !== null) process.kill(pid, 'SIGKILL');
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'ESRCH' });
    }
  }
});

function start(
  program: string,
  ...text: readonly string[]
): { child: ChildWithChannel; heard: JsonObject[] } {
  const heard: JsonObject[] = [];
  const child = new ChildWithChannel({
    command: [program, ...text],
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] },
    onMessage: (message) => heard.push(message),
  });
  children.push(child);
  return { child, heard };
}
const run = (text: string): ReturnType<typeof start> => start(process.execPath, '-e', text);

describe('Given a child with a channel', () => {
  it('When both sides speak, Then each hears the other, and its last words are kept', async () => {
    const { child, heard } = run(
      `process.on('message', (m) => { process.send({ got: m }); console.log('out'); console.error('err'); process.disconnect(); })`,
    );
    child.send({ kind: 'hello' });
    expect(await child.ended).toEqual({ code: 0, signal: null, stdout: 'out\n', stderr: 'err\n' });
    expect(heard).toEqual([{ got: { kind: 'hello' } }]);
    child.send({ kind: 'too late' });
    child.disconnect();
  });

  it('When it is disconnected, Then it hears of it', async () => {
    const { child } = run(`process.on('disconnect', () => process.exit(3)); process.on('message', () => {})`);
    child.disconnect();
    expect(await child.ended).toMatchObject({ code: 3 });
  });

  it('When it is killed, Then its end says how', async () => {
    const { child } = run(`setInterval(() => {}, 1000)`);
    process.kill(child.pid as number, 'SIGKILL');
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('When it is left, Then it goes on in a session of its own', async () => {
    const { child, heard } = run(
      `process.on('disconnect', () => setInterval(() => {}, 1000)); process.on('message', () => {}); process.send({ here: true })`,
    );
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    child.leave();
    expect(process.kill(child.pid as number, 0)).toBe(true);
    // Its group is its own: a Ctrl-C of the terminal doesn't reach it.
    expect(process.kill(-(child.pid as number), 0)).toBe(true);
  });

  it('When the program is not there, Then it has ended, and says why', async () => {
    const { child } = start('/no/such/program');
    expect(await child.ended).toMatchObject({
      code: null,
      stderr: expect.stringContaining('ENOENT') as string,
    });
    expect(child.pid).toBeNull();
  });

  it('When it says very much, Then the last of it is kept', async () => {
    const { child } = run(`process.stdout.write('a'.repeat(3_000_000) + 'end', () => process.disconnect())`);
    const { stdout } = await child.ended;
    expect(stdout.length).toBe(1024 * 1024);
    expect(stdout.endsWith('aend')).toBe(true);
  });
});
