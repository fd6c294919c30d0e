import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePrivateFolder } from '../../../src/storage/open-database.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'agents-private-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('a folder of our own', () => {
  it('Given several make it at once, then it is there for all, and only its owner may enter', async () => {
    const folder = join(root, 'a', 'b', 'home');
    await Promise.all(Array.from({ length: 8 }, () => makePrivateFolder(folder)));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('Given it is there already, then it is left as it is', async () => {
    const before = (await stat(root)).mode;
    await makePrivateFolder(root);
    expect((await stat(root)).mode).toBe(before);
  });

  it.runIf(existsSync('/proc/self'))(
    'Given a place that refuses every folder, then that is said at once',
    async () => {
      await expect(makePrivateFolder('/proc/none/home')).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );
});
