import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HomeDocuments } from '../../../src/app/home-documents.ts';
import { readHomeForm } from '../../../src/app/home-form.ts';
import { tinyTools } from '../documents/tiny-tools.ts';

const GOOD = 'name: good\ngoal: Does it\nsteps: [{ run: echo }]\n';
const tools = async (): Promise<typeof tinyTools> => tinyTools;

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'agents-documents-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

describe('the documents of a folder', () => {
  it('Given documents, then good and bad ones are listed, and it is seen when one comes or is saved', async () => {
    write('a.plan.yaml', GOOD);
    write('b.plan.yaml', 'name: bad\n');
    write('other.yaml', GOOD);
    const documents = new HomeDocuments({ tools, cwd });
    const first = await documents.list();
    expect(first).toEqual([
      { file: 'a.plan.yaml', name: 'good', goal: 'Does it', fault: null },
      {
        file: 'b.plan.yaml',
        name: 'b',
        goal: null,
        fault: expect.stringMatching(/^\S*b\.plan\.yaml:1:1 {2}/),
      },
    ]);
    expect(await documents.haveChanged()).toBe(false);
    expect((await documents.list())[0]).toBe(first[0]);
    mkdirSync(join(cwd, 'examples'));
    write('examples/c.plan.yaml', GOOD);
    expect(await documents.haveChanged()).toBe(true);
  });

  it('Given a link to nothing, then it is listed with its fault', async () => {
    symlinkSync('gone', join(cwd, 'l.plan.yaml'));
    const [only] = await new HomeDocuments({ tools, cwd }).list();
    expect(only).toMatchObject({ name: 'l', fault: expect.stringContaining('l.plan.yaml') });
  });

  it.each([
    ['a document that is a link to itself', 'l.plan.yaml'],
    ['a folder that is one', 'examples'],
  ])('Given %s, then what the system says is told', async (_, name) => {
    symlinkSync(name, join(cwd, name));
    await expect(new HomeDocuments({ tools, cwd }).list()).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('Given a fault that is not in the document, then it is told as it is', async () => {
    write('a.plan.yaml', GOOD);
    const broken = new HomeDocuments({ tools: () => Promise.reject(new Error('no tools')), cwd });
    await expect(broken.list()).rejects.toThrow('no tools');
  });
});

describe('the form of a document', () => {
  it.each([
    ['set', { TOKEN: 't' }, '$TOKEN'],
    ['not set', {}, null],
  ])('Given a secret whose variable is %s, then only its name may be shown', async (_, env, fallback) => {
    write('s.plan.yaml', `${GOOD}inputs: { token: { type: string, secret: true, env: TOKEN } }\n`);
    const { inputs } = await readHomeForm('s.plan.yaml', { tools, cwd, env }, cwd);
    expect(inputs).toMatchObject([{ name: 'token', secret: true, fallback }]);
  });
});
