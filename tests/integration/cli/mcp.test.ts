import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { serverProgram } from '../../support/mcp-bench.ts';

const SETTINGS = `
mcp:
  servers:
    files:
      command: ${process.execPath}
      args: [${serverProgram('filesystem')}, "\${workspaceFolder}"]
      trust: true
`;

const PLAN = `
name: with-a-server
steps:
  - { id: read, uses: mcp.files.read_text_file, with: { path: a.txt } }
  - id: write
    uses: mcp.files.write_file
    with: { path: b.txt, content: "copy of \${{ steps.read.outputs.text }}" }
  - { id: fail, uses: mcp.files.read_text_file, with: { path: none.txt }, continue_on_error: true }
outputs: { read: "\${{ steps.read.outputs.structured.content }}" }
`;

function folderWith(settings = SETTINGS, plan = PLAN): CliBench {
  const bench = new CliBench();
  bench.write('.agentsrc', settings);
  bench.write('a.txt', 'hello');
  bench.write('x.plan.yaml', plan);
  return bench;
}

describe('a project that names a server', () => {
  it('Given nobody has agreed, then nothing that needs it goes on, and it says what to type', async () => {
    await using bench = folderWith();
    for (const command of [
      'plan validate x.plan.yaml',
      'plan run x.plan.yaml',
      'tool show mcp.files.write_file',
    ]) {
      const { exit_code, error } = await bench.json(...command.split(' '));
      expect([command, exit_code, error?.code]).toEqual([command, 5, 'mcp_not_approved']);
    }
    expect((await bench.run('plan', 'list')).err).toContain('no plan');
    const { data } = await bench.json('mcp', 'list');
    expect(data.servers).toEqual([
      expect.objectContaining({
        name: 'files',
        needs_approval: true,
        trusted: true,
        tools: null,
        approved_at: null,
      }),
    ]);
    const refused = await bench.run('mcp', 'approve', 'files');
    expect([refused.code, refused.err]).toEqual([
      5,
      expect.stringContaining('agents mcp approve files --yes'),
    ]);
  });

  it('Given a person who is asked and says no, then no; yes, then the plan is made and the server is known', async () => {
    await using bench = folderWith();
    const no = bench.start(['plan', 'validate', 'x.plan.yaml'], { tty: true });
    await no.says(/start it, now and in plans of this folder/);
    no.stdin.write('n\n');
    expect([await no.code, no.err.text]).toEqual([5, expect.stringContaining('was not agreed to')]);
    const yes = bench.start(['plan', 'create', 'x.plan.yaml'], { tty: true });
    await yes.says(/start it, now/);
    yes.stdin.write('y\n');
    expect(await yes.code).toBe(0);
    expect((await bench.run('mcp', 'list')).out).toMatch(/files\s+ready\s+14 tools\s+trusted/);
    expect((await bench.run('plan', 'explain', 'x.plan.yaml')).out).toMatch(/write\s+mcp\.files\.write_file/);
    expect((await bench.run('tool', 'list')).out).toMatch(/mcp\.files\.edit_file\s+write/);
    expect((await bench.run('tool', 'show', 'mcp.files.read_text_file')).out).toContain(
      'effect: read (its server says that it only reads)',
    );
  });

  it('Given it is agreed to, then its writes have their checkpoints, its failures their words, and a rollback takes back', async () => {
    await using bench = folderWith();
    await bench.run('mcp', 'approve', 'files', '--yes');
    const { exit_code, data } = await bench.json('plan', 'run', 'x.plan.yaml');
    expect([exit_code, bench.read('b.txt')]).toEqual([0, 'copy of hello']);
    expect(data.outputs).toEqual({ read: 'hello' });
    const listed = await bench.json('plan', 'checkpoint', 'list', 'last');
    const rows = listed.data.checkpoints as readonly { readonly trigger: string; readonly tool: string }[];
    expect(rows.map(({ trigger, tool }) => [trigger, tool])).toEqual([
      ['on_tool_write', 'mcp.files.write_file'],
      ['on_tool_write_complete', 'mcp.files.write_file'],
    ]);
    const events = (await bench.run('plan', 'events', 'last', '--json')).out;
    expect(events).toContain('"effect_reason":"its server says that it only reads"');
    expect((await bench.run('plan', 'errors', 'last')).out).toContain('ENOENT');
    await bench.run('plan', 'rollback', 'last', '1', '--yes');
    expect(() => bench.read('b.txt')).toThrow(/ENOENT/);
  });

  it('Given a tool that changed since, then the plan rests, and goes on once a person has looked', async () => {
    await using bench = folderWith();
    await bench.run('mcp', 'approve', 'files', '--yes');
    await bench.run('plan', 'create', 'x.plan.yaml');
    const other = SETTINGS.replace('trust: true', 'trust: true\n      start_limit: 20');
    bench.write('.agentsrc', other);
    // Limits don't make another server of it.
    expect((await bench.json('mcp', 'list')).data.servers[0].needs_approval).toBe(false);
    const untrusted = SETTINGS.replace('trust: true', 'trust: false');
    bench.write('.agentsrc', untrusted);
    const rests = await bench.json('plan', 'execute', 'last');
    expect([rests.exit_code, rests.error?.code]).toEqual([5, 'mcp_not_approved']);
    await bench.run('mcp', 'approve', 'files', '--yes');
    expect((await bench.json('plan', 'execute', 'last')).exit_code).toBe(0);
    // Without trust its word that it reads counts for nothing.
    expect((await bench.json('plan', 'checkpoint', 'list', 'last')).data.checkpoints).toHaveLength(6);
  });
});

describe('other places of servers', () => {
  it('Given files of other programs that are asked for, then their servers are there too, after those of the settings', async () => {
    await using bench = folderWith(`${SETTINGS}  import: [claude, cursor, vscode, gemini]\n`);
    bench.write(
      '.mcp.json',
      JSON.stringify({ mcpServers: { files: { command: 'x' }, one: { command: 'a', args: ['b'] } } }),
    );
    mkdirSync(join(bench.folder, '.vscode'));
    bench.write(
      '.vscode/mcp.json',
      '{ // mine\n "servers": { "two.x": { "url": "https://127.0.0.1/mcp" }, "off": { "command": "c", "disabled": true } }, }',
    );
    const { data } = await bench.json('mcp', 'list');
    const rows = data.servers as readonly {
      readonly name: string;
      readonly needs_approval: boolean;
      readonly url: string;
    }[];
    expect(rows.map(({ name, needs_approval }) => [name, needs_approval])).toEqual([
      ['files', true],
      ['one', true],
      ['two-x', true],
    ]);
  });

  it('Given one that can not be read, then that is said', async () => {
    await using bench = folderWith('mcp: { import: [claude] }\n');
    mkdirSync(join(bench.folder, '.mcp.json'));
    const { code, err } = await bench.run('mcp', 'list');
    expect([code, err]).toEqual([3, expect.stringContaining('it is a folder')]);
  });

  it('Given a person who agrees again, then what has changed in the tools is told', async () => {
    await using bench = folderWith();
    await bench.run('mcp', 'approve', 'files', '--yes');
    const folder = join(bench.home, 'agents', 'mcp');
    const [name] = readdirSync(folder) as [string];
    const known = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      tools: { name: string; description: string }[];
    };
    const tools = known.tools
      .slice(1)
      .map((tool) => (tool.name === 'write_file' ? { ...tool, description: 'x' } : tool));
    writeFileSync(join(folder, name), JSON.stringify({ ...known, tools }));
    const run = bench.start(['mcp', 'approve', 'files'], { tty: true });
    await run.says(/start it, now/);
    run.stdin.write('yes\n');
    expect(await run.code).toBe(0);
    expect(run.out.text).toContain('mcp.files.write_file  changed: description');
    expect(run.out.text).toContain(`mcp.files.${known.tools[0]?.name}  new`);
  });

  it.each([
    ['no JSON', '{ "mcpServers": { ', /line 1: /],
    ['another shape', '{ "mcpServers": { "a": { "command": 7 } } }', /mcpServers\.a\.command/],
  ])('Given one of them with %s, then that is said with its place', async (_, text, words) => {
    await using bench = folderWith('mcp: { import: [claude] }\n', 'name: x\nsteps: [{ run: "true" }]\n');
    bench.write('.mcp.json', text);
    const { code, err } = await bench.run('mcp', 'list');
    expect([code, err]).toEqual([3, expect.stringMatching(words)]);
    expect(err).toContain('.mcp.json');
  });

  it.each([
    ['mcp: { servers: { a: { args: [x] } } }', 'needs a command or a url'],
    ['mcp: { servers: { a: { command: x, url: "http://y" } } }', 'only one of them'],
    ['mcp: { servers: { a: { url: "ftp://y" } } }', 'is no address'],
    ['mcp: { servers: { "a.b": { command: x } } }', 'is no name of a server'],
    ['mcp: { servers: { a: { url: "http://y", headers: { Authorization: Bearer abc } } } }', 'write ${NAME}'],
    ['mcp: { servers: { a: { command: x, env: { MY_TOKEN: abc } } } }', 'write ${NAME}'],
  ])('Given the settings %s, then that is said', async (settings, words) => {
    await using bench = folderWith(`${settings}\n`);
    const { code, err } = await bench.run('mcp', 'list');
    expect([code, err]).toEqual([3, expect.stringContaining(words)]);
    expect(err).not.toContain('abc');
  });

  it('Given no servers at all, then it says how to name some', async () => {
    await using bench = folderWith('core: {}\n');
    expect((await bench.run('mcp', 'list')).err).toContain('mcp.servers');
    expect((await bench.json('mcp', 'approve', 'files', '--yes')).error?.code).toBe('mcp_server_not_found');
    expect((await bench.json('plan', 'validate', 'x.plan.yaml')).error?.code).toBe('document_invalid');
  });
});
