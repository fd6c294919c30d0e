import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModelScript, parseModelScript } from '../../../src/documents/model-script.ts';
import type { DocumentError } from '../../../src/domain/errors.ts';

const faultsOf = (text: string): readonly string[] => {
  try {
    parseModelScript(text, 'script.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_script', exitCode: 3 });
    return (error as DocumentError).faults.map(
      ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
    );
  }
  return [];
};

describe('the script of a model', () => {
  it('Given everything that a reply can have, When it is read, Then it is there', () => {
    const script = parseModelScript(
      `
replies:
  - say: Two at once.
    calls:
      - { tool: fs.write, with: { path: a.txt, lines: [1] } }
      - { tool: fs.read }
      - { tool: fs.read, with: '{"path": ' }
    usage: { input: 100, output: 20, cached: 60 }
    delay: 50ms
  - { when: { contains: disk is full }, say: So it is. , usage: { input: 1, output: 2 } }
  - { fail: { status: 429, message: slow down }, times: 2, say: Now. }
  - { cut: true, say: Half of }
`,
      'script.yaml',
    );
    const plain = { say: '', calls: [], usage: null, fail: null, cut: false, times: null, delayMs: 0 };
    expect(script.replies).toEqual([
      {
        ...plain,
        say: 'Two at once.',
        calls: [
          { tool: 'fs.write', with: { path: 'a.txt', lines: [1] } },
          { tool: 'fs.read', with: {} },
          { tool: 'fs.read', with: '{"path": ' },
        ],
        usage: { input: 100, output: 20, cached: 60 },
        delayMs: 50,
      },
      {
        ...plain,
        say: 'So it is.',
        usage: { input: 1, output: 2, cached: 0 },
        when: { contains: 'disk is full' },
      },
      { ...plain, say: 'Now.', fail: { status: 429, message: 'slow down' }, times: 2 },
      { ...plain, say: 'Half of', cut: true },
    ]);
  });

  it.each([
    ['replies: [', 'script.yaml:1:11 '],
    ['[]', 'script.yaml:1:1 the document must be a mapping, not a list'],
    ['replies: []', 'script.yaml:1:10 replies must not be empty'],
    ['replies: [{}]', 'script.yaml:1:11 replies[0] needs something to do'],
    ['replies: [{ say: 3 }]', 'script.yaml:1:18 replies[0].say must be a text, not a number'],
    ['replies: [{ sya: x, say: y }]', 'script.yaml:1:13 unknown key sya in replies[0]'],
    ['replies: [{ calls: [{ with: {} }] }]', 'script.yaml:1:21 replies[0].calls[0].tool is missing'],
    ['replies: [{ calls: [{ tool: a, with: [] }] }]', 'script.yaml:1:38 replies[0].calls[0].with must be'],
    ['replies: [{ fail: { status: 200, message: x } }]', 'replies[0].fail.status must be from 400 to 599'],
    ['replies: [{ fail: { status: 500 } }]', 'replies[0].fail.message is missing'],
    ['replies: [{ say: x, times: 2 }]', 'replies[0] has times, but neither fail nor cut'],
    ['replies: [{ say: x, delay: soon }]', 'replies[0].delay must be a duration'],
    ['replies: [{ say: x, usage: { input: -1, output: 1 } }]', 'replies[0].usage.input must be 0 or more'],
    ['replies: [{ say: x, when: { contains: "" } }]', 'replies[0].when.contains must not be empty'],
  ])('Given %s, When it is read, Then the fault is told with its place', (text, fault) => {
    const faults = faultsOf(text);
    expect(faults.filter((one) => one.includes(fault))).toHaveLength(1);
    expect(faults).toHaveLength(1);
  });

  it('Given several faults, When it is read, Then all are told', () => {
    expect(faultsOf('replies: [{ say: 1 }, { cut: 2 }]')).toHaveLength(2);
  });

  describe('as a file', () => {
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'agents-script-'))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it('Given a file, When it is read from its folder or another, Then it is named as it is seen from there', async () => {
      writeFileSync(join(folder, 's.yaml'), 'replies: [{ say: 1 }]');
      await expect(loadModelScript('s.yaml', folder)).rejects.toThrow('a fault in the script s.yaml');
      await expect(loadModelScript(join(folder, 's.yaml'), tmpdir())).rejects.toThrow(
        /script agents-script-/,
      );
      await expect(loadModelScript(join(folder, 's.yaml'), join(folder, 'x'))).rejects.toThrow(
        `a fault in the script ${folder}/s.yaml`,
      );
      writeFileSync(join(folder, 's.yaml'), 'replies: [{ say: x }]');
      expect((await loadModelScript('s.yaml', folder)).replies).toHaveLength(1);
    });

    it.each([
      ['nowhere.yaml', 'document_not_found', undefined],
      ['.', 'document_unreadable', undefined],
      ['large.yaml', 'document_unreadable', /at most 1 MiB/],
    ])('Given %s, When it is read, Then that is told', async (name, code, hint) => {
      writeFileSync(join(folder, 'large.yaml'), ' '.repeat(1024 * 1024 + 1));
      await expect(loadModelScript(name, folder)).rejects.toMatchObject({
        code,
        hint: hint ? expect.stringMatching(hint) : null,
      });
    });
  });
});
