import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeCrashLog } from '../../../src/host/crash-log.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agents-crash-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const AT = Date.parse('2026-11-21T02:03:39.123Z');

it('Given an error with a cause, then all of it is in a file that only its owner reads', async () => {
  const thrown = new Error('the sky fell', { cause: new TypeError('no sky') });
  const path = await writeCrashLog(join(root, 'logs'), { during: 'the home screen', thrown, at: AT });
  expect(path).toBe(join(root, 'logs', `crash-20261121T020339.123Z-${process.pid}.log`));
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(
    /^2026-11-21T02:03:39\.123Z {2}the home screen\nNode v\d+.*\n\nError: the sky fell\n {4}at /,
  );
  expect(text).toContain('TypeError: no sky');
  expect([statSync(path).mode & 0o777, statSync(join(root, 'logs')).mode & 0o777]).toEqual([0o600, 0o700]);
});

it('Given many crashes, then the newest twenty are kept, and other files', async () => {
  writeFileSync(join(root, 'mine.txt'), '');
  for (let index = 0; index < 23; index += 1)
    await writeCrashLog(root, { during: `crash ${index}`, thrown: index, at: AT + index });
  const logs = readdirSync(root).filter((name) => name !== 'mine.txt');
  expect(logs).toHaveLength(20);
  expect(readFileSync(join(root, logs.toSorted()[0] as string), 'utf8')).toContain('crash 3');
  expect(readdirSync(root)).toContain('mine.txt');
});

it('Given a place where nothing can be written, then that is thrown', async () => {
  writeFileSync(join(root, 'logs'), '');
  await expect(writeCrashLog(join(root, 'logs'), { during: '', thrown: 1, at: AT })).rejects.toThrow(
    'EEXIST',
  );
});
