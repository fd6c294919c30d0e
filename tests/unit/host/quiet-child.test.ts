import { describe, expect, it } from 'vitest';
import { QuietChild } from '../../../src/host/quiet-child.ts';

const child = (script: string, env = {}): QuietChild =>
  new QuietChild({
    command: [process.execPath, '-e', script],
    cwd: process.cwd(),
    env: { PATH: process.env['PATH'], ...env },
  });

describe('a quiet child', () => {
  it('Given it says things on both streams, then they are kept in order, with its exit code', async () => {
    const script = `process.stdout.write('one\\n'); setTimeout(() => { console.error(process.env.WHO); process.exitCode = 3; }, 50)`;
    const running = child(script, { WHO: 'two', GONE: undefined });
    expect(await running.ended).toEqual({ exitCode: 3, output: 'one\ntwo\n' });
    expect(running.said()).toBe('one\ntwo\n');
  });

  it('Given it has no terminal and nothing to read, then it sees that', async () => {
    const running = child(
      `process.stdin.on('end', () => console.log(String(process.stdout.isTTY))).resume()`,
    );
    expect((await running.ended).output).toBe('undefined\n');
  });

  it('Given it says too much, then the end of it is kept', async () => {
    const { output } = await child(`process.stdout.write('x'.repeat(900_000) + 'end')`).ended;
    expect(output).toHaveLength(256 * 1024);
    expect(output.endsWith('end')).toBe(true);
  });

  it('Given it is ended, then it has no exit code, whatever it makes of the signal', async () => {
    const running = child(
      `process.on('SIGTERM', () => { console.log('ending'); process.exit(143); }); console.log('here'); setInterval(() => {}, 1000)`,
    );
    while (running.said() === '') await new Promise((resolve) => void setImmediate(resolve));
    running.end();
    expect(await running.ended).toEqual({ exitCode: null, output: 'here\nending\n' });
    running.end();
  });

  it('Given there is no such program, then that is how it ended', async () => {
    const running = new QuietChild({ command: ['/no/such/program'], cwd: '/', env: {} });
    expect(await running.ended).toEqual({ exitCode: 1, output: 'spawn /no/such/program ENOENT' });
  });
});
