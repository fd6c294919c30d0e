import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

const KEY = 'core.execution.max_parallel';

describe('agents config', () => {
  it('Given levels, then explain says which won, get gives only the value, show all of them', async () => {
    await using bench = new CliBench();
    bench.write('.agentsrc', 'core: { execution: { max_parallel: 2 } }\n');
    bench.env['AGENTS_CORE_EXECUTION_MAX_PARALLEL'] = '3';
    const explained = await bench.run('config', 'explain', KEY, '--set', `${KEY}=5`);
    expect(explained.out.replaceAll(bench.folder, '/project')).toMatchInlineSnapshot(`
      "core.execution.max_parallel = 5
        How many independent steps may run side by side. Tools that write wait for each other anyway.
        wins  flag         5  --set core.execution.max_parallel
              environment  3  AGENTS_CORE_EXECUTION_MAX_PARALLEL
              project      2  /project/.agentsrc:1:22
              default      4
      "
    `);
    expect(await bench.json('config', 'explain', KEY)).toMatchObject({
      data: {
        key: KEY,
        value: 3,
        origin: 'environment',
        levels: [{ value: 3 }, { origin: 'project', value: 2 }, { origin: 'default' }],
      },
    });
    expect((await bench.run('config', 'get', KEY)).out).toBe('3\n');
    expect(await bench.json('config', 'get', KEY)).toMatchObject({ data: { key: KEY, value: 3 } });
    expect((await bench.run('config', 'show')).out).toMatch(new RegExp(`^${KEY} +3$`, 'm'));
    expect((await bench.run('config', 'show', '--origin')).out).toMatch(
      new RegExp(`^${KEY} +3 +environment AGENTS_`, 'm'),
    );
    const shown = await bench.json('config', 'show', '--origin');
    expect(shown.data.config.core.execution.max_parallel).toBe(3);
    expect(shown.data.origins[KEY]).toContain('environment');
    expect((await bench.json('config', 'show')).data.origins).toBeUndefined();
  });

  it('Given set, then the file says so, comments stay, and the same again changes nothing', async () => {
    await using bench = new CliBench();
    expect((await bench.run('config', 'set', KEY, '7')).out).toMatch(
      /^set: core\.execution\.max_parallel = 7 in .*\.agentsrc \(new file\)\n$/,
    );
    expect((await bench.run('config', 'set', KEY, '7')).out).toMatch(/^unchanged: /);
    bench.write('.agentsrc', '# mine\ncore: { execution: { max_parallel: 2 } }\n');
    expect(await bench.json('config', 'set', KEY, '8')).toMatchObject({
      data: { changed: true, created: false, before: 2, after: 8 },
    });
    expect(bench.read('.agentsrc')).toContain('# mine');
    expect(await bench.json('config', 'set', KEY, 'many')).toMatchObject({ exit_code: 3 });
    expect(await bench.json('config', 'get', 'core.execution.max_paralel')).toMatchObject({
      exit_code: 3,
      error: { hint: expect.stringContaining(KEY) },
    });
  });

  it('Given no files, then path and validate say so; given one, they name it', async () => {
    await using bench = new CliBench();
    expect((await bench.run('config', 'path')).err).toContain('no settings files');
    expect((await bench.run('config', 'path', '--verbose')).out).toMatch(/\.agentsrc\.yaml +not there/);
    expect((await bench.run('config', 'validate')).out).toBe('no settings files: the defaults hold\n');
    bench.write('.agentsrc', 'ui: { glyphs: ascii }\n');
    expect((await bench.run('config', 'path')).out).toMatch(/^project +\S+\.agentsrc +read\n$/);
    expect((await bench.run('config', 'validate')).out).toMatch(/\.agentsrc is valid\n$/);
    delete bench.env['HOME'];
    expect(await bench.json('config', 'validate')).toMatchObject({
      data: { valid: true, files: [`${bench.folder}/.agentsrc`] },
    });
    expect((await bench.json('config', 'path')).data.files).toContainEqual({
      path: `${bench.folder}/.agentsrc`,
      level: 'project',
      role: 'read',
    });
  });

  it('Given a file with faults, then every one with its place, exit 3; path still names the file', async () => {
    await using bench = new CliBench();
    bench.write('.agentsrc', 'ui: { glyphs: runes }\ncore: { execution: { max_parallel: none } }\n');
    const { code, err } = await bench.run('config', 'validate');
    expect(code).toBe(3);
    expect(err).toMatch(/^error: 2 faults .+\n.*\.agentsrc:1:\d+: .+\n.*\.agentsrc:2:\d+: .+\n/);
    expect((await bench.run('config', 'path')).out).toContain('.agentsrc');
  });
});

describe('agents tool', () => {
  it('Given list, then every tool with its effect', async () => {
    await using bench = new CliBench();
    const { out } = await bench.run('tool', 'list');
    expect(out).toMatch(/^TOOL +EFFECT\n/);
    expect(out).toMatch(/^fs\.read +read +Read a file$/m);
    expect(out).toMatch(/^shell\.run +write +beyond the folder +/m);
    const { data } = await bench.json('tool', 'list');
    expect(data.tools).toContainEqual({
      name: 'fs.read',
      summary: 'Read a file',
      effect: 'read',
      open_world: false,
    });
  });

  it('Given show, then what it takes and gives', async () => {
    await using bench = new CliBench();
    const { data } = await bench.json('tool', 'list');
    for (const { name } of data.tools) {
      const { code, out } = await bench.run('tool', 'show', name);
      expect([name, code]).toEqual([name, 0]);
      expect(out).toMatch(/\n {2}effect: (read|write).*\n\nTakes\n {2}.+[^]*\nGives\n {2}/);
    }
    expect((await bench.run('tool', 'show', 'shell.run')).out).toContain('reaches beyond the folder');
    expect(await bench.json('tool', 'show', 'fs.write')).toMatchObject({
      data: { name: 'fs.write', input_schema: { type: 'object' }, output_schema: { type: 'object' } },
    });
  });

  it.each([
    ['fs.wirte', 'did you mean fs.write?'],
    ['nothing-like-it', null],
  ])('Given the unknown tool %s, then exit 4 and the hint %s', async (name, hint) => {
    await using bench = new CliBench();
    expect(await bench.json('tool', 'show', name)).toMatchObject({
      exit_code: 4,
      error: { code: 'tool_not_found', hint },
    });
  });
});
