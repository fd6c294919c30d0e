import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsHome } from '../../../src/host/home-folder.ts';
import { resolveWorkspace } from '../../../src/host/workspace-folder.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'agents-folders-')));
const at = (...path: readonly string[]): string => join(base, ...path);
const rules = { agentsHome: at('data', 'agents'), userHome: at('me') };

beforeAll(() => {
  for (const folder of ['me/project', 'data/agents/inner', 'secret', 'me-too'])
    mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('file'), '');
  symlinkSync('me/project', at('link'));
  symlinkSync('me', at('link-home'));
  symlinkSync('nowhere', at('dangling'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('Given the folder of agents', () => {
  it.each([
    ['set', { AGENTS_HOME: '/some/where/' }, '/some/where/'],
    ['set with dots', { AGENTS_HOME: '/some/../where' }, '/where'],
  ])('When it is %s, then it is taken', (_, env, expected) => expect(agentsHome(env)).toBe(expected));

  it.each([{}, { AGENTS_HOME: '' }, { AGENTS_HOME: undefined }])(
    'When it is not set (%j), then the platform says',
    (env) => {
      expect(agentsHome(env)).toMatch(/agents(\/Data)?$/);
      expect(isAbsolute(agentsHome(env))).toBe(true);
    },
  );

  it('When it is relative, then it is refused', () => {
    expect(() => agentsHome({ AGENTS_HOME: 'data' })).toThrow(
      expect.objectContaining({
        code: 'bad_home',
        exitCode: 3,
        nextSteps: ['export AGENTS_HOME="$PWD/data"'],
      }),
    );
  });
});

describe('Given a folder to work in', () => {
  it.each([
    ['a folder', 'me/project', 'me/project'],
    ['a link to one', 'link', 'me/project'],
    ['a path with dots', 'me/project/../project/.', 'me/project'],
    ['a name that begins like the home', 'me-too', 'me-too'],
  ])('When it is %s, then its real path is given', async (_, path, expected) => {
    expect(await resolveWorkspace(`${base}/${path}`, rules)).toBe(at(expected));
  });

  it.each([
    ['not there', 'no', 'workspace_missing', 4],
    ['a link to nothing', 'dangling', 'workspace_missing', 4],
    ['a file', 'file', 'workspace_not_a_folder', 7],
    ['below a file', 'file/x', 'workspace_unreadable', 7],
    ['the home folder', 'me', 'workspace_refused', 2],
    ['a link to it', 'link-home', 'workspace_refused', 2],
    ['the data folder', 'data/agents', 'workspace_refused', 2],
    ['in the data folder', 'data/agents/inner', 'workspace_refused', 2],
    ['around the data folder', 'data', 'workspace_refused', 2],
  ])('When it is %s, then it is refused in words', async (_, path, code, exitCode) => {
    await expect(resolveWorkspace(at(path), rules)).rejects.toThrow(
      expect.objectContaining({ code, exitCode }),
    );
  });

  it('When the data folder does not exist yet, then it counts all the same', async () => {
    symlinkSync('me/project', at('to-project'));
    const later = { ...rules, agentsHome: at('to-project', 'later', 'home') };
    await expect(resolveWorkspace(at('me/project'), later)).rejects.toThrow(
      expect.objectContaining({ hint: expect.stringContaining(at('me/project/later/home')) }),
    );
    expect(await resolveWorkspace(at('me-too'), later)).toBe(at('me-too'));
    expect(await resolveWorkspace(at('me-too'), { ...rules, agentsHome: '/no-such-folder-anywhere' })).toBe(
      at('me-too'),
    );
  });

  it.runIf(process.platform === 'linux').each([
    ['/', 'the whole file system'],
    ['/proc', 'the root of a mounted file system'],
  ])('When it is %s, then it is refused unless told', async (path, why) => {
    await expect(resolveWorkspace(path, rules)).rejects.toThrow(
      expect.objectContaining({ hint: expect.stringContaining(why) }),
    );
    const told = { ...rules, agentsHome: '/elsewhere', allowUnsafe: true };
    if (path !== '/') expect(await resolveWorkspace(path, told)).toBe(path);
    // The data folder is always in it.
    else
      await expect(resolveWorkspace(path, told)).rejects.toThrow(
        expect.objectContaining({ code: 'workspace_refused' }),
      );
  });

  it('When told, then the home folder is taken; when there is none, then nothing is it', async () => {
    expect(await resolveWorkspace(at('me'), { ...rules, allowUnsafe: true })).toBe(at('me'));
    expect(await resolveWorkspace(at('me'), { ...rules, userHome: null })).toBe(at('me'));
  });

  // The administrator reads everything.
  it.skipIf(process.getuid?.() === 0)('When it may not be read, then it is refused', async () => {
    chmodSync(at('secret'), 0o000);
    await expect(resolveWorkspace(at('secret'), rules)).rejects.toThrow(
      expect.objectContaining({ code: 'workspace_unreadable' }),
    );
    chmodSync(at('secret'), 0o700);
  });
});
