import { execFileSync, spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { PlanError } from '../../../../src/domain/errors.ts';
import { SystemProcessTable } from '../../../../src/host/process-table.ts';
import { createBuiltinTools } from '../../../../src/tools/builtin/builtin-tools.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

const tools = createBuiltinTools({ processes: new SystemProcessTable() });
const toolOf = (name: string) => tools.find((tool) => tool.name === name)!;

const patchOf = (path: string): string => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-secret\n+changed\n`;

/** Each way in which a tool takes a path. */
const CALLS: readonly (readonly [name: string, field: string, inputOf: (path: string) => JsonObject])[] = [
  ['fs.read', 'path', (path) => ({ path })],
  ['fs.write', 'path', (path) => ({ path, content: 'changed' })],
  ['fs.edit', 'path', (path) => ({ path, find: 'secret', replace: 'changed' })],
  ['fs.patch', 'patch', (path) => ({ patch: patchOf(path) })],
  ['fs.delete', 'path', (path) => ({ path, recursive: true })],
  ['fs.move', 'from', (path) => ({ from: path, to: 'taken' })],
  ['fs.move', 'to', (path) => ({ from: 'mine', to: path, overwrite: true })],
  ['fs.copy', 'from', (path) => ({ from: path, to: 'taken' })],
  ['fs.copy', 'to', (path) => ({ from: 'mine', to: path, overwrite: true })],
  ['fs.mkdir', 'path', (path) => ({ path: `${path}/new` })],
  ['fs.glob', 'path', (path) => ({ pattern: '**/*', path })],
  ['fs.glob', 'pattern', (path) => ({ pattern: `${path}/**` })],
  ['fs.grep', 'path', (path) => ({ pattern: 'secret', path })],
  ['shell.run', 'cwd', (path) => ({ command: 'cat secret; touch pwned', cwd: path })],
];

class OutsideBench extends ToolBench {
  constructor() {
    super();
    for (const folder of [this.workspace, this.outside, join(this.workspace, 'dir')]) mkdirSync(folder);
    writeFileSync(join(this.outside, 'secret'), 'secret\n');
    writeFileSync(join(this.workspace, 'mine'), 'mine\n');
    writeFileSync(join(this.workspace, 'dir', 'secret'), 'secret\n');
    symlinkSync('../outside', join(this.workspace, 'link'));
    symlinkSync('../outside/secret', join(this.workspace, 'file-link'));
  }

  /** Nothing outside has changed, and nothing of it was brought in. */
  expectUntouched(): void {
    this.expectOutsideAsItWas();
    expect(readdirSync(this.workspace)).not.toContain('taken');
  }

  expectOutsideAsItWas(): void {
    expect(readdirSync(this.base).sort()).toEqual(['outside', 'ws']);
    expect(readdirSync(this.outside)).toEqual(['secret']);
    expect(readFileSync(join(this.outside, 'secret'), 'utf8')).toBe('secret\n');
  }
}

describe.each(CALLS)('%s with its %s', (name, _field, inputOf) => {
  it.each([
    '../outside/secret',
    '../outside',
    'dir/../../outside',
    '/etc',
    'link',
    'link/secret',
    'file-link',
    '..',
    'x\0y',
  ])('Given %j, Then it is refused, and nothing outside is touched', async (path) => {
    using bench = new OutsideBench();
    // Of a link itself that leads out nothing outside is concerned; refused it is all the same.
    const said: unknown = await bench.call(toolOf(name), inputOf(path)).catch((thrown: unknown) => thrown);
    if (said instanceof Error) expect(said).toBeInstanceOf(PlanError);
    // A pattern is no path: what it leads to is not there.
    else expect([name, said]).toEqual(['fs.glob', { paths: [], truncated: false }]);
    bench.expectUntouched();
  });

  it.each<[what: string, exchange: (bench: OutsideBench) => void]>([
    [
      'the folder becomes a link to outside',
      (bench) => {
        renameSync(join(bench.workspace, 'dir'), join(bench.workspace, 'was'));
        symlinkSync('../outside', join(bench.workspace, 'dir'));
      },
    ],
    [
      'the folder becomes a link to a link to outside',
      (bench) => {
        renameSync(join(bench.workspace, 'dir'), join(bench.workspace, 'was'));
        symlinkSync('was/../link', join(bench.workspace, 'dir'));
      },
    ],
    [
      'what it names becomes a link to outside',
      (bench) => {
        rmSync(join(bench.workspace, 'dir', 'secret'));
        symlinkSync('../../outside/secret', join(bench.workspace, 'dir', 'secret'));
      },
    ],
  ])('Given that %s after the check, Then it is refused', async (_what, exchange) => {
    using bench = new OutsideBench();
    const tool = toolOf(name);
    const input = tool.input.parse(inputOf('dir/secret')) as JsonObject;
    await tool.check?.(input, { workspace: bench.workspace, signal: new AbortController().signal });
    exchange(bench);
    const said: unknown = await tool.run(input, bench.context()).catch((thrown: unknown) => thrown);
    if (said instanceof Error) expect(said).toBeInstanceOf(PlanError);
    else expect([name, said]).toEqual(['fs.glob', { paths: [], truncated: false }]);
    bench.expectUntouched();
  });

  it('Given that it names another name of a file outside since the check, Then only the name inside is changed', async () => {
    using bench = new OutsideBench();
    const tool = toolOf(name);
    const input = tool.input.parse(inputOf('dir/secret')) as JsonObject;
    await tool.check?.(input, { workspace: bench.workspace, signal: new AbortController().signal });
    rmSync(join(bench.workspace, 'dir', 'secret'));
    linkSync(join(bench.outside, 'secret'), join(bench.workspace, 'dir', 'secret'));
    // What is read through such a name can't be told from the project's own.
    await tool
      .run(input, bench.context())
      .catch((thrown: unknown) => expect(thrown).toBeInstanceOf(PlanError));
    bench.expectOutsideAsItWas();
  });

  // Where the disk knows one name only, these are what they look like; elsewhere they are nobody's, and stay so.
  it.each([
    'DIR/../../outside',
    'Link',
    'LINK/secret',
    'File-Link',
    'link/../LINK/../../outside',
    'DIR/..\\..\\outside',
  ])('Given %j, whose case is another, Then nothing outside is reached by it', async (path) => {
    using bench = new OutsideBench();
    const said: unknown = await bench.call(toolOf(name), inputOf(path)).catch((thrown: unknown) => thrown);
    if (said instanceof Error) expect(said).toBeInstanceOf(PlanError);
    else expect(JSON.stringify(said)).not.toContain('secret\\n');
    bench.expectOutsideAsItWas();
  });
});

describe('a NUL character, which no program can be given', () => {
  it.each<[tool: string, where: string, input: JsonObject, env?: Readonly<Record<string, string>>]>([
    ['fs.grep', 'pattern', { pattern: 'a\0b' }],
    ['fs.grep', 'glob', { pattern: 'a', glob: ['*\0'] }],
    ['shell.run', 'command', { command: 'true\0' }],
    ['shell.run', 'shell', { command: 'true', shell: '/bin/sh\0' }],
    ['shell.run', 'env', { command: 'touch taken' }, { WHAT: 'a\0b' }],
  ])(
    'Given %s with one in its %s, Then that is said, and nothing is started',
    async (name, where, input, env = {}) => {
      using bench = new OutsideBench();
      const context = { env: { ...bench.context().env, ...env } };
      const said: unknown = await bench.call(toolOf(name), input, context).catch((thrown: unknown) => thrown);
      expect(String(said)).toMatch(/NUL character/);
      expect(String(said)).toContain(where === 'env' ? 'WHAT' : where);
      expect(bench.spawned).toEqual([]);
      bench.expectUntouched();
    },
  );
});

describe('another name of a file outside', () => {
  it.each<[string, JsonObject]>([
    ['fs.write', { path: 'shared', content: 'changed' }],
    ['fs.edit', { path: 'shared', find: 'secret', replace: 'changed' }],
    ['fs.patch', { patch: patchOf('shared') }],
    ['fs.copy', { from: 'mine', to: 'shared', overwrite: true }],
    ['fs.move', { from: 'mine', to: 'shared', overwrite: true }],
    ['fs.delete', { path: 'shared' }],
  ])('Given %s, Then only the name inside gets something else', async (name, input) => {
    using bench = new OutsideBench();
    linkSync(join(bench.outside, 'secret'), join(bench.workspace, 'shared'));
    await bench.call(toolOf(name), input);
    bench.expectUntouched();
  });
});

describe('something that never ends', () => {
  it.each<[string, JsonObject]>([
    ['fs.read', { path: 'pipe' }],
    ['fs.edit', { path: 'pipe', find: 'a', replace: 'b' }],
    ['fs.write', { path: 'pipe', content: 'x' }],
    ['fs.patch', { patch: patchOf('pipe') }],
    ['fs.copy', { from: 'pipe', to: 'taken' }],
    ['fs.copy', { from: 'pipes', to: 'taken' }],
    ['fs.grep', { pattern: 'x', path: 'pipe' }],
  ])('Given %s of a FIFO (%j), Then it comes back', async (name, input) => {
    using bench = new OutsideBench();
    mkdirSync(join(bench.workspace, 'pipes'));
    execFileSync('mkfifo', [join(bench.workspace, 'pipe'), join(bench.workspace, 'pipes', 'pipe')]);
    await expect(bench.call(toolOf(name), input)).rejects.toThrow(PlanError);
    expect(readdirSync(bench.workspace)).not.toContain('taken');
  });

  // Only the superuser makes devices; this one is /dev/zero.
  it.runIf(process.getuid?.() === 0).each(['zero', 'devices'])(
    'Given a copy of %s, Then it comes back',
    async (from) => {
      using bench = new OutsideBench();
      mkdirSync(join(bench.workspace, 'devices'));
      for (const name of ['zero', 'devices/zero'])
        if (spawnSync('mknod', [join(bench.workspace, name), 'c', '1', '5']).status !== 0) return;
      await expect(bench.call(toolOf('fs.copy'), { from, to: 'taken' })).rejects.toThrow(PlanError);
      await expect(bench.call(toolOf('fs.read'), { path: 'zero' })).rejects.toThrow(PlanError);
      await expect(bench.call(toolOf('fs.grep'), { pattern: 'x', path: 'zero' })).rejects.toThrow(PlanError);
    },
  );
});
