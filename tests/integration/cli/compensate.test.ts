import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench, waitFor } from '../../support/cli-bench.ts';
import { Beyond, hasReached, making, reaching } from '../../support/reaching-plan.ts';

const standings = ({ data }: Awaited<ReturnType<CliBench['json']>>): readonly string[] =>
  data.compensations.map(
    ({ number, step_id, status }: Readonly<Record<string, unknown>>) =>
      `${String(number)} ${String(step_id)} ${String(status)}`,
  );
const list = async (bench: CliBench) => standings(await bench.json('plan', 'compensate', 'last'));
const back = (bench: CliBench, ...more: readonly string[]) =>
  bench.json('plan', 'rollback', 'last', '2', '--yes', ...more);

describe('a rollback of a plan that reached beyond its folder', () => {
  it('Given two compensations, then the preview and the result name them, newest first, and nothing of them is run', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'), making('b'));
    expect(await list(bench)).toEqual(['1 a standing', '2 b standing']);
    const preview = await bench.json('plan', 'rollback', 'last', '2', '--dry-run');
    expect(standings(preview)).toEqual(['2 b open', '1 a open']);
    expect(preview.data.compensations[0].call).toMatchObject({
      tool: 'shell.run',
      input: { command: expect.stringContaining('rm'), effect: 'write' },
      env: { BEYOND: beyond.folder, WAS: 'b' },
    });
    expect(await list(bench)).toEqual(['1 a standing', '2 b standing']);
    expect(standings(await back(bench))).toEqual(['2 b open', '1 a open']);
    expect(beyond.names).toEqual(['a', 'b']);
    expect(await list(bench)).toEqual(['1 a open', '2 b open']);
  });

  it.each([
    ['the files alone', ['--files-only']],
    ['some paths', ['--path', 'note.txt']],
  ])('Given %s, then the steps stand, and nothing is offered', async (_, more) => {
    await using bench = new CliBench();
    await hasReached(bench, making('a'));
    const { data } = await bench.json('plan', 'rollback', 'last', '1', '--yes', ...more);
    expect(data.compensations).toEqual([]);
    expect(await list(bench)).toEqual(['1 a standing']);
  });

  it('Given a call that completed and a step that had not ended yet, then going back to between them undoes nothing', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'));
    const { data } = await bench.json('plan', 'rollback', 'last', '4', '--yes');
    expect(data.compensations).toEqual([]);
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
    expect(await list(bench)).toEqual(['1 a standing']);
    expect(standings(await back(bench))).toEqual(['1 a open']);
    expect(beyond.names).toEqual(['a']);
  });

  it('Given a request with a compensation, one without, and a call that failed, then what has none is said to stay', async () => {
    await using bench = new CliBench();
    const beyond = new Beyond(bench);
    const request = (id: string, rest: string): string => `
  - id: ${id}
    uses: http.request
    with: { method: POST, url: "http://127.0.0.1:9/${id}" }
    continue_on_error: true${rest}`;
    bench.write(
      'reaching.plan.yaml',
      reaching(
        request('bare', ''),
        request('held', `\n    compensate: { run: 'true' }`),
        making('a')
          .replace('touch', 'touch "$BEYOND/a"; exit 3; touch')
          .replace('run:', 'continue_on_error: true\n    run:'),
        making('b'),
      ),
    );
    await bench.run('plan', 'run', 'reaching.plan.yaml', '-i', `beyond=${beyond.folder}`);
    const { data } = await bench.json('plan', 'rollback', 'last', '2', '--dry-run');
    const uncertain = 'it did not complete: what it did outside until then has no compensation';
    expect(data.not_undone).toEqual([
      { step_id: 'bare', what: 'POST http://127.0.0.1:9/bare' },
      { step_id: 'held', what: 'POST http://127.0.0.1:9/held' },
      { step_id: 'held', what: uncertain },
      { step_id: 'a', what: uncertain },
    ]);
    expect(standings({ data } as never)).toEqual(['1 b open']);
  });

  it('Given a compensated request, then it is offered instead of being told to stay', async () => {
    await using bench = new CliBench();
    const server = createServer((_request, response) => response.end('{"id":7}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as { readonly port: number };
      const at = `http://127.0.0.1:${port}/notes`;
      await hasReached(
        bench,
        `
  - id: post
    uses: http.request
    with: { method: POST, url: "${at}" }
    compensate: { uses: http.request, with: { method: DELETE, url: "${at}/\${{ fromJSON(steps.post.outputs.body).id }}" } }`,
      );
      const { data } = await back(bench);
      expect(data.not_undone).toEqual([]);
      expect(data.compensations).toMatchObject([
        { call: { tool: 'http.request', input: { method: 'DELETE', url: `${at}/7` } } },
      ]);
      expect((await bench.json('plan', 'compensate', 'last', '--yes')).data.settled).toEqual([1]);
      const undo = await bench.json('plan', 'undo', 'last', '--dry-run');
      expect(undo.data.not_undone).toContainEqual({
        step_id: 'post (compensation 1)',
        what: `DELETE ${at}/7`,
      });
    } finally {
      server.close();
    }
  });

  describe('at a terminal', () => {
    it('Given two, then each is shown once files are back, newest first, and run or skipped as one says', async () => {
      await using bench = new CliBench();
      const beyond = await hasReached(bench, making('a'), making('b'));
      const run = bench.start(['plan', 'rollback', 'last', '1'], { tty: true });
      await run.says(/\[y\/N\] $/);
      run.stdin.write('y\n');
      await run.says(
        /back at checkpoint 1; [^]*compensation 2 of step b\n +shell\.run {2}rm [^]*WAS=b\n\? Run it\?.*\] $/,
      );
      expect(existsSync(join(bench.folder, 'note.txt'))).toBe(false);
      run.stdin.write('s\n');
      await run.says(/compensation 2 of step b is skipped[^]*compensation 1 of step a\n[^]*\] $/);
      run.stdin.write('yes\n');
      expect(await run.code).toBe(0);
      expect(run.out.text).toMatch(
        /stays {2}compensation 2 of step b.*\(as you said\)\n {2}done {3}compensation 1/,
      );
      expect(beyond.names).toEqual(['b', 'log']);
      expect(await list(bench)).toEqual(['1 a done', '2 b skipped']);
    });

    it('Given one that fails, then no older one is offered; what is left open is told', async () => {
      await using bench = new CliBench();
      const beyond = await hasReached(bench, making('a'), making('b', 'echo no >&2; exit 4'), making('c'));
      const run = bench.start(['plan', 'rollback', 'last', '2'], { tty: true });
      await run.says(/\[y\/N\] $/);
      run.stdin.write('y\n');
      await run.says(/step c\n[^]*\] $/);
      run.stdin.write('\n');
      await run.says(/step b\n[^]*\] $/);
      run.stdin.write('y\n');
      expect(await run.code).toBe(0);
      expect(run.err.text).toMatch(
        / {4}no\n[^]*compensation 2 of step b failed: the command ended with exit code 4/,
      );
      expect(run.err.text).toMatch(
        /3 compensations wait for you: agents plan compensate \w+\nto run: .* 3 --yes/,
      );
      expect(beyond.names).toEqual(['a', 'b', 'c']);
      expect(await list(bench)).toEqual(['1 a open', '2 b failed', '3 c open']);
    });

    it('Given what keeps one from being run, then that is said, and what was done is told all the same', async () => {
      await using bench = new CliBench();
      bench.write('.agentsrc', 'mcp: { servers: { far: { command: no-such-program } } }\n');
      await hasReached(
        bench,
        `\n  - { id: far, run: 'true', compensate: { uses: mcp.far.drop, with: { id: 1 } } }`,
      );
      const run = bench.start(['plan', 'rollback', 'last', '2'], { tty: true });
      await run.says(/\[y\/N\] $/);
      run.stdin.write('y\n');
      await run.says(/step far\n[^]*\] $/);
      run.stdin.write('y\n');
      expect(await run.code).toBe(0);
      expect(run.err.text).toMatch(
        /names the MCP server far[^]*next: agents mcp approve far[^]*1 compensation waits for you/,
      );
      expect(run.out.text).toMatch(/^back at checkpoint 2/);
    });

    it('Given --yes, then it asks nothing at all', async () => {
      await using bench = new CliBench();
      await hasReached(bench, making('a'));
      const run = bench.start(['plan', 'rollback', 'last', '2', '--yes'], { tty: true });
      expect(await run.code).toBe(0);
      expect(await list(bench)).toEqual(['1 a open']);
    });
  });
});

describe('agents plan compensate', () => {
  it('Given --yes, then all that wait are run, newest first, each with its two checkpoints; a second time there is nothing to do', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'), making('b'));
    await back(bench);
    const { data, exit_code } = await bench.json('plan', 'compensate', 'last', '--yes');
    expect([exit_code, data.settled]).toEqual([0, [2, 1]]);
    expect(beyond.names).toEqual(['log']);
    expect(beyond.read('log')).toBe('b\na\n');
    const { data: listed } = await bench.json('plan', 'checkpoint', 'list', 'last');
    expect(
      listed.checkpoints
        .slice(-4)
        .map(({ trigger, step_id }: Record<string, string>) => `${trigger} ${step_id}`),
    ).toEqual([
      'on_tool_write b (compensation 2)',
      'on_tool_write_complete b (compensation 2)',
      'on_tool_write a (compensation 1)',
      'on_tool_write_complete a (compensation 1)',
    ]);
    expect((await bench.json('plan', 'compensate', 'last', '--yes')).data.settled).toEqual([]);
    expect((await bench.json('plan', 'compensate', 'last', '1', '--yes')).error?.code).toBe(
      'compensation_done',
    );
    expect(beyond.read('log')).toBe('b\na\n');
  });

  it('Given one that fails, then exit 1, those before it wait, and it can be run again', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(
      bench,
      making('a'),
      making('b', 'test -f "$BEYOND/good" && rm "$BEYOND/b"'),
    );
    await back(bench);
    const failed = await bench.json('plan', 'compensate', 'last', '--yes');
    expect([failed.exit_code, failed.error?.code]).toEqual([1, 'compensation_failed']);
    expect(standings(failed)).toEqual(['1 a open', '2 b failed']);
    beyond.write('good');
    expect((await bench.json('plan', 'compensate', 'last', '--yes')).data.settled).toEqual([2, 1]);
    expect(beyond.names).toEqual(['good', 'log']);
  });

  it('Given one that failed, then the list and the preview of an undo say so', async () => {
    await using bench = new CliBench();
    await hasReached(bench, making('a', 'exit 1'));
    await back(bench);
    await bench.run('plan', 'compensate', 'last', '--yes');
    const text = await bench.run('plan', 'compensate', 'last');
    expect(text.out).toMatch(/1 {2}failed {2}a .*the command ended with exit code 1/);
    const preview = await bench.run('plan', 'undo', 'last', '--dry-run');
    expect(preview.out).toMatch(/stays {2}step a: compensation 1 of what it did outside was run and failed/);
  });

  it('Given one that was skipped, then it is not run by --yes, but by its number', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'));
    await back(bench);
    expect((await bench.json('plan', 'compensate', 'last', '--skip')).data.settled).toEqual([1]);
    expect((await bench.json('plan', 'compensate', 'last', '1', '--skip')).data.settled).toEqual([1]);
    expect((await bench.json('plan', 'compensate', 'last', '--yes')).data.settled).toEqual([]);
    expect((await bench.json('plan', 'compensate', 'last', '1', '--yes')).data.settled).toEqual([1]);
    expect(beyond.names).toEqual(['log']);
  });

  it('Given one that was skipped, when the rollback is undone and done again, then it is offered again', async () => {
    await using bench = new CliBench();
    await hasReached(bench, making('a'));
    await back(bench);
    await bench.run('plan', 'compensate', 'last', '--skip');
    await bench.run('plan', 'undo', 'last', '--yes');
    const stands = await bench.json('plan', 'compensate', 'last', '1', '--skip');
    expect([stands.exit_code, stands.error?.code]).toEqual([6, 'step_stands']);
    expect(standings(await back(bench))).toEqual(['1 a open']);
  });

  it('Given it was run, when the rollback is undone and done again, then it is offered no more', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'));
    await back(bench);
    await bench.run('plan', 'compensate', 'last', '--yes');
    const undo = await bench.json('plan', 'undo', 'last', '--yes');
    expect(undo.data.not_undone).toEqual([
      { step_id: 'a', what: 'what it did outside was taken back by compensation 1, and stays so' },
    ]);
    expect(await list(bench)).toEqual(['1 a done']);
    expect(standings(await back(bench))).toEqual([]);
    expect(beyond.names).toEqual(['log']);
  });

  it('Given the plan has gone on since, then execute says what waits, and it runs only by its number', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'));
    await back(bench);
    const executed = await bench.run('plan', 'execute', 'last');
    expect(executed.err).toMatch(/1 compensation waits for you: agents plan compensate/);
    expect(await list(bench)).toEqual(['1 a open', '2 a standing']);
    const all = await bench.run('plan', 'compensate', 'last', '--yes');
    expect(all.out).toMatch(/nothing to do/);
    expect(all.err).toMatch(/compensation 1 of a is left: the plan has gone on since/);
    const run = bench.start(['plan', 'compensate', 'last', '1'], { tty: true });
    await run.says(/the plan has gone on since[^]*\] $/);
    run.stdin.write('y\n');
    expect(await run.code).toBe(0);
    expect(beyond.has('a')).toBe(false);
  });

  it('Given a secret in its variables, then it comes from the environment again and is shown nowhere', async () => {
    await using bench = new CliBench();
    const beyond = new Beyond(bench);
    bench.write(
      'reaching.plan.yaml',
      reaching(`
  - id: login
    run: 'true'
    compensate: { run: 'printf %s "$TOKEN" > "$AT/seen"; echo "out $TOKEN"', env: { TOKEN: "\${{ inputs.token }}", AT: "\${{ inputs.beyond }}" } }`).replace(
        'required: true }',
        'required: true }, token: { secret: true, env: LOGIN_TOKEN }, other: { secret: true, env: OTHER_TOKEN }',
      ),
    );
    Object.assign(bench.env, { LOGIN_TOKEN: 'abcd-1234-efgh', OTHER_TOKEN: 'none-of-it' });
    await bench.run('plan', 'run', 'reaching.plan.yaml', '-i', `beyond=${beyond.folder}`);
    await back(bench);
    delete bench.env['OTHER_TOKEN'];
    delete bench.env['LOGIN_TOKEN'];
    const missing = await bench.json('plan', 'compensate', 'last', '--yes');
    expect([missing.exit_code, missing.error?.code]).toEqual([5, 'secret_missing']);
    expect(await list(bench)).toEqual(['1 login open']);
    bench.env['LOGIN_TOKEN'] = 'abcd-1234-efgh';
    const { code, out, err } = await bench.run('plan', 'compensate', 'last', '--yes');
    expect([code, beyond.read('seen')]).toEqual([0, 'abcd-1234-efgh']);
    expect(err).toMatch(/out \*\*\*/);
    const { out: events } = await bench.run('plan', 'events', 'last', '--json');
    const { out: listed } = await bench.run('plan', 'compensate', 'last', '--json');
    expect(out + err + events + listed).not.toContain('abcd-1234');
  });

  it('Given rules, then what is denied stays denied, and what would be asked is confirmed by the same yes', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a'), making('b'));
    await back(bench);
    bench.write(
      '.agentsrc',
      'core: { permissions: { deny: ["shell.run(*beyond/b*)", "shell.run(rm \\"$BEYOND/b*)"], ask: ["*"] } }\n',
    );
    const denied = await bench.json('plan', 'compensate', 'last', '2', '--yes');
    expect(denied.error?.code).toBe('compensation_failed');
    expect(denied.data.compensations[1].error.code).toBe('not_permitted');
    expect((await bench.json('plan', 'compensate', 'last', '1', '--yes')).exit_code).toBe(0);
    expect(beyond.names).toEqual(['b', 'log']);
  });

  it('Given a plan that runs, then it is refused, or stopped first', async () => {
    await using bench = new CliBench();
    const beyond = new Beyond(bench);
    bench.write(
      'reaching.plan.yaml',
      reaching(making('a'), `\n  - { id: gate, run: 'touch at; ${waitFor('go')}', effect: read }`),
    );
    bench.write('go', '');
    const inputs = ['-i', `beyond=${beyond.folder}`];
    await bench.run('plan', 'run', 'reaching.plan.yaml', ...inputs);
    await back(bench);
    rmSync(join(bench.folder, 'go'));
    rmSync(join(bench.folder, 'at'));
    const running = bench.start(['plan', 'execute', 'last']);
    await bench.untilFile('at');
    expect((await bench.json('plan', 'compensate', 'last', '1', '--yes')).error?.code).toBe('plan_running');
    expect((await bench.json('plan', 'compensate', 'last', '1', '--yes', '--stop')).data.settled).toEqual([
      1,
    ]);
    await running.code;
    expect(beyond.names).toEqual(['log']);
  });

  it('Given a signal while it runs, then its tool is ended, exit 130, and it counts as failed', async () => {
    await using bench = new CliBench();
    const beyond = await hasReached(bench, making('a', `touch at; ${waitFor('go')}; rm "$BEYOND/a"`));
    await back(bench);
    const run = bench.start(['plan', 'compensate', 'last', '--yes']);
    await bench.untilFile('at');
    run.send('SIGINT');
    expect(await run.code).toBe(130);
    expect(run.err.text).toMatch(/compensation 1 of a was interrupted/);
    expect(await list(bench)).toEqual(['1 a failed']);
    expect(beyond.names).toEqual(['a']);
  });

  it('Given subplans, then each has its own, also after their plan has left the state', async () => {
    await using bench = new CliBench();
    const beyond = new Beyond(bench);
    bench.write(
      'reaching.plan.yaml',
      reaching(`
  - id: each
    run: touch "$BEYOND/$N"; printf "$N"
    env: { BEYOND: "\${{ inputs.beyond }}", N: "\${{ matrix.n }}" }
    strategy: { matrix: { n: [x, y] }, max_parallel: 1 }
    compensate: { run: 'rm "$BEYOND/$WAS"', env: { WAS: "\${{ steps.each.outputs.stdout }}" } }`),
    );
    const { code } = await bench.run('plan', 'run', 'reaching.plan.yaml', '-i', `beyond=${beyond.folder}`);
    expect([code, beyond.names]).toEqual([0, ['x', 'y']]);
    expect(standings(await back(bench))).toEqual(['2 each open', '1 each open']);
    expect((await bench.json('plan', 'compensate', 'last', '--yes')).data.settled).toEqual([2, 1]);
    expect(beyond.names).toEqual([]);
    expect((await bench.run('plan', 'events', 'last')).code).toBe(0);
    expect((await bench.run('plan', 'tree', 'last')).code).toBe(0);
  });

  it('Given a tool of a server that nobody has agreed to, then it is not begun', async () => {
    await using bench = new CliBench();
    bench.write('.agentsrc', 'mcp: { servers: { far: { command: no-such-program } } }\n');
    await hasReached(
      bench,
      `\n  - { id: far, run: 'true', compensate: { uses: mcp.far.drop, with: { id: 1 } } }`,
    );
    await back(bench);
    const { exit_code, error } = await bench.json('plan', 'compensate', 'last', '--yes');
    expect([exit_code, error?.code]).toEqual([5, 'mcp_not_approved']);
    expect(await list(bench)).toEqual(['1 far open']);
  });

  it('Given one that waits, then the status says so, a deletion what goes with the plan, and a shell its number', async () => {
    await using bench = new CliBench();
    await hasReached(bench, making('a', 'true'), making('b', 'true'));
    const { err: none } = await bench.run('plan', 'status', 'last');
    expect(none).toBe('');
    await back(bench);
    const { err } = await bench.run('plan', 'status', 'last');
    expect(err).toMatch(/^2 compensations wait for you: agents plan compensate/);
    const { out } = await bench.run('plan', 'delete', 'last', '--dry-run');
    expect(out).toContain('stays  what step b did elsewhere: how it is taken back goes (shell.run true)');
    const offered = await bench.run('__complete', '--', 'plan', 'compensate', 'last', '');
    expect(offered.out).toMatch(/^2\tb\n1\ta\n/);
  });

  it('Given a call that its tool refuses, then it failed, and says why', async () => {
    await using bench = new CliBench();
    const far = '{ path: "${{ inputs.beyond }}/x", content: "" }';
    await hasReached(bench, `\n  - { id: far, run: 'true', compensate: { uses: fs.write, with: ${far} } }`);
    await back(bench);
    const { error } = await bench.json('plan', 'compensate', 'last', '--yes');
    expect(error?.message).toMatch(/^compensation 1 of far failed: /);
  });
});
