import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hash } from 'node:crypto';
import { CapturedWorkspace } from '../../support/captured-workspace.ts';

const sha = (content: string): string => hash('sha256', content);
const file = (content: string, mode = 0o644): object => ({
  type: 'file',
  mode,
  size: Buffer.byteLength(content),
  hash: sha(content),
});
const folder = { type: 'directory', mode: 0o755 };

describe('a capture holds what is there', () => {
  it('has files, empty folders and links as they are, folders before what is in them', () => {
    using ws = new CapturedWorkspace();
    ws.write('b/deep/file', 'one');
    ws.write('a', '');
    mkdirSync(ws.at('empty'));
    symlinkSync('/etc/passwd', ws.at('outside'));
    symlinkSync('nowhere', ws.at('b/dangling'));
    symlinkSync('..', ws.at('b/up'));
    const captured = ws.capture();
    expect(captured.capture).toEqual({ status: 'complete', reason: null, paths: [] });
    expect(Object.entries(ws.listed(captured.tree))).toEqual([
      ['a', file('')],
      ['b', folder],
      ['b/dangling', { type: 'symlink', target: 'nowhere' }],
      ['b/deep', folder],
      ['b/deep/file', file('one')],
      ['b/up', { type: 'symlink', target: '..' }],
      ['empty', folder],
      ['outside', { type: 'symlink', target: '/etc/passwd' }],
    ]);
    expect(Buffer.from(ws.store.readContent(sha('one'))).toString()).toBe('one');
    expect(captured.bytes).toBeGreaterThan(0);
    expect(ws.capture()).toEqual({ ...captured, bytes: 0 });
  });

  it.each([
    ['a newline', 'a\nb'],
    ['quotes', `"a'b"`],
    ['a leading dash', '-rf'],
    ['a trailing space', 'a '],
    ['a backslash', 'a\\b'],
    ['255 bytes', 'x'.repeat(255)],
    ['invalid UTF-8', 'a\xff\xfeb'],
    ['a name that looks ignored', '.agentsignore'],
    ['a secret', '.env'],
  ])('keeps %s', (_, name) => {
    using ws = new CapturedWorkspace();
    mkdirSync(ws.bytesAt(`d${name.slice(1)}`));
    writeFileSync(ws.bytesAt(`d${name.slice(1)}/${name}`), 'it');
    symlinkSync(Buffer.from(name, 'latin1'), ws.bytesAt('link'));
    const inside = `d${name.slice(1)}/${name}`;
    expect(ws.now({ ignore: '# nothing' })).toMatchObject({
      [inside]: file('it'),
      link: { type: 'symlink', target: name },
    });
  });

  it('tells NFC and NFD twins apart', () => {
    using ws = new CapturedWorkspace();
    writeFileSync(ws.bytesAt('\xc3\xa9'), 'NFC');
    writeFileSync(ws.bytesAt('e\xcc\x81'), 'NFD');
    expect(ws.now()).toEqual({ 'e\xcc\x81': file('NFD'), '\xc3\xa9': file('NFC') });
  });

  it.each([0o600, 0o444, 0o4755, 0o2750, 0o000])('keeps mode %o of files and folders', (mode) => {
    using ws = new CapturedWorkspace();
    chmodSync(ws.write('file', 'x'), mode);
    mkdirSync(ws.at('folder'));
    chmodSync(ws.at('folder'), mode | 0o500);
    expect(ws.now({ must: ['file'] })).toMatchObject({
      folder: { type: 'directory', mode: mode | 0o500 },
      ...(process.getuid?.() === 0 || mode !== 0 ? { file: file('x', mode) } : {}),
    });
  });

  it('sees a mode that changes, without reading the file again', () => {
    using ws = new CapturedWorkspace();
    ws.write('file', 'x');
    const before = ws.capture().tree;
    chmodSync(ws.at('file'), 0o755);
    expect(ws.engine.changes(before, ws.capture().tree)).toEqual([
      { path: 'file', before: file('x'), after: file('x', 0o755) },
    ]);
  });

  it('records FIFOs and sockets without opening them', async () => {
    using ws = new CapturedWorkspace();
    execFileSync('mkfifo', ['-m', '0640', ws.at('fifo')]);
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(ws.at('socket'), resolve);
    });
    const listed = ws.now();
    await new Promise((resolve) => server.close(resolve));
    expect(listed).toEqual({
      fifo: { type: 'special', mode: 0o640, kind: 'fifo' },
      socket: { type: 'special', mode: 0o755, kind: 'socket' },
    });
  });

  it.runIf(process.getuid?.() === 0)('records devices', () => {
    using ws = new CapturedWorkspace();
    const made = spawnSync('mknod', ['-m', '0600', ws.at('null'), 'c', '1', '3']);
    if (made.status !== 0) return;
    expect(ws.now()).toEqual({ null: { type: 'special', mode: 0o600, kind: 'character' } });
  });

  it('has a hard-linked pair as two files, and a sparse file by its content', () => {
    using ws = new CapturedWorkspace();
    linkSync(ws.write('one', 'same'), ws.at('two'));
    truncateSync(ws.write('sparse', ''), 3 * 1024 * 1024);
    expect(ws.now()).toMatchObject({
      one: file('same'),
      two: file('same'),
      sparse: file('\0'.repeat(3 * 1024 * 1024)),
    });
  });

  it.runIf(existsSync('/dev/pts') && statSync('/dev/pts').dev !== statSync('/dev').dev)(
    'leaves out what another file system is mounted on, and says so',
    () => {
      using ws = new CapturedWorkspace();
      const { tree, capture } = ws.capture({ workspace: '/dev' });
      expect(ws.listed(tree)).toMatchObject({
        null: { type: 'special', kind: 'character' },
        pts: { type: 'excluded', reason: 'mount', was: 'directory' },
      });
      expect(capture.status).toBe('partial');
      expect(capture.paths).toContain('pts');
    },
  );

  it('never has the staged files of a restore', () => {
    using ws = new CapturedWorkspace();
    ws.write('.agents-staged-01J-1');
    expect(ws.now()).toEqual({});
  });
});

describe('a later capture sees every change', () => {
  it.each<[string, (ws: CapturedWorkspace) => void]>([
    [
      'content of the same size with its mtime put back',
      (ws) => (ws.write('d/f', 'two'), ws.datePath('d/f')),
    ],
    ['an mtime in the future', (ws) => (ws.write('d/f', 'two'), utimesSync(ws.at('d/f'), 4e9, 4e9))],
    ['another file under the name', (ws) => (ws.write('n', 'two'), renameSync(ws.at('n'), ws.at('d/f')))],
  ])('%s', (_, change) => {
    using ws = new CapturedWorkspace();
    ws.write('d/f', 'one');
    ws.datePath('d/f');
    ws.settle();
    const before = ws.capture().tree;
    change(ws);
    for (const engine of [ws.engine, ws.open()]) {
      ws.engine = engine;
      expect(engine.changes(before, ws.capture().tree)).toEqual([
        { path: 'd/f', before: file('one'), after: file('two') },
      ]);
    }
  });

  it.each<[string, (at: string) => void, object | undefined]>([
    ['a folder', (at) => mkdirSync(at), folder],
    ['a link', (at) => symlinkSync('x', at), { type: 'symlink', target: 'x' }],
    ['nothing', () => undefined, undefined],
  ])('a file that becomes %s, and back', (_, change, state) => {
    using ws = new CapturedWorkspace();
    ws.write('f', 'one');
    const before = ws.capture().tree;
    rmSync(ws.at('f'));
    change(ws.at('f'));
    expect(ws.now()['f']).toEqual(state);
    rmSync(ws.at('f'), { recursive: true, force: true });
    ws.write('f', 'one');
    expect(ws.capture().tree).toBe(before);
  });

  it('reads a file again that changed within a tick of the clock before it was read', () => {
    using ws = new CapturedWorkspace();
    ws.write('old');
    ws.write('new');
    const aged = statSync(ws.at('old')).ctimeMs + 200;
    // Waits until one is old enough to be believed; the other is changed right before.
    while (Date.now() < aged) ws.write('new');
    ws.capture();
    const [indexed] = [...ws.store.readIndex(ws.root)];
    const names = Buffer.from(indexed?.packed ?? []).toString('latin1');
    expect([names.includes('old'), names.includes('new')]).toEqual([true, false]);
  });
});
