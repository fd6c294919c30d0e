import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startMockModel, type MockModel } from '../../src/models/mock-model/mock-model.ts';
import type { ScriptedModelReply } from '../../src/ports/model-script.ts';
import { hasRows, Sandbox } from '../support/agents-process.ts';
import { serverProgram } from '../support/mcp-bench.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

type Reply = Partial<ScriptedModelReply>;

/** The built command with a model that says what a script says. */
class Scene implements AsyncDisposable {
  readonly sandbox = new Sandbox();
  readonly model: MockModel;

  private constructor(model: MockModel) {
    this.model = model;
  }

  static async open(plan: string, replies: readonly Reply[], settings: object = {}): Promise<Scene> {
    const whole = replies.map((reply): ScriptedModelReply => ({
      say: '',
      calls: [],
      usage: null,
      fail: null,
      cut: false,
      times: null,
      delayMs: 0,
      when: undefined,
      ...reply,
    }));
    const scene = new Scene(await startMockModel({ replies: whole }));
    const models = { default: 'mock/one', providers: { mock: { url: scene.model.url } } };
    scene.sandbox.write('.agentsrc', JSON.stringify({ models, ...settings }));
    scene.sandbox.write('work.plan.yaml', plan);
    return scene;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sandbox[Symbol.dispose]();
    await this.model[Symbol.asyncDispose]();
  }
}

const plan = (tools: string): string => `
name: work
steps: [{ id: work, agent: { prompt: Do it, tools: [${tools}] } }]
outputs: { words: "\${{ steps.work.outputs.text }}" }`;

const write = (path: string, content: string): ScriptedModelReply['calls'] => [
  { tool: 'fs.write', with: { path, content } },
];

async function triggers({ sandbox }: Scene): Promise<readonly string[]> {
  const { data } = await sandbox.json('plan', 'checkpoint', 'list', 'last');
  const rows = data.checkpoints as readonly { trigger: string; tool: string | null }[];
  return rows.map(({ trigger, tool }) => `${trigger} ${tool}`);
}

/** Resolves once the journal has a row that fits. */
async function journaled({ sandbox }: Scene, condition: string): Promise<void> {
  while (!hasRows(sandbox, `select 1 from plan_events where ${condition}`))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a model that works on files', () => {
  it('Given SIGKILL in the middle of its call, then what that wrote is put back, the model is told, and nothing is paid twice', async () => {
    const half = { tool: 'shell.run', with: { command: 'echo half > a.txt; sleep 60' } };
    await using scene = await Scene.open(plan('fs.*, shell.run'), [
      { calls: [half] },
      { calls: write('a.txt', 'whole'), when: { contains: 'interrupted' } },
      { say: 'Nobody told me.' },
      { say: 'Done.' },
    ]);
    const { sandbox, model } = scene;
    const run = sandbox.start(['plan', 'run', 'work.plan.yaml']);
    await journaled(scene, "type = 'tool.spawned'");
    while (!sandbox.has('a.txt')) await new Promise((resolve) => setTimeout(resolve, 5));
    run.child.kill('SIGKILL');
    await run.done;
    const { exit_code, data } = await sandbox.json('plan', 'execute', 'last');
    expect([exit_code, data.state]).toEqual([0, 'complete']);
    expect(sandbox.read('a.txt')).toBe('whole');
    expect(model.given()).toBe(3);
  });

  it('Given SIGKILL behind a reply, then its calls are made without asking again', async () => {
    await using scene = await Scene.open(plan('fs.*, shell.run'), [
      { calls: write('a.txt', 'a') },
      { say: 'Thinking for long.', delayMs: 60_000 },
    ]);
    const { sandbox, model } = scene;
    const run = sandbox.start(['plan', 'run', 'work.plan.yaml']);
    await journaled(scene, "type = 'tool.completed' and payload like '%a.txt%'");
    run.child.kill('SIGKILL');
    await run.done;
    const again = sandbox.start(['plan', 'execute', 'last']);
    const resumed = "(select max(seq) from plan_events where type = 'plan.resumed')";
    await journaled(scene, `type = 'tool.started' and seq > ${resumed}`);
    again.child.kill('SIGKILL');
    await again.done;
    expect(sandbox.read('a.txt')).toBe('a');
    expect(
      sandbox.sql("select 1 from plan_events where type = 'tool.started' and payload like '%fs.write%'"),
    ).toHaveLength(1);
    expect(model.given()).toBe(1);
  });

  it('Given a tool server, a rollback to the middle of the conversation, and another answer, then it goes on to the end', async () => {
    const tool = 'mcp.files.write_file';
    const files = { command: process.execPath, args: [serverProgram('filesystem'), '.'], trust: true };
    await using scene = await Scene.open(
      plan('mcp.files.*'),
      [
        { calls: [{ tool, with: { path: 'one.txt', content: 'one' } }] },
        { calls: [{ tool, with: { path: 'two.txt', content: 'two' } }] },
        {
          calls: [{ tool, with: { path: 'three.txt', content: '3' } }],
          when: { contains: 'taken the work back' },
        },
        { say: 'Done.' },
        { say: 'Done otherwise.' },
      ],
      { mcp: { servers: { files } } },
    );
    const { sandbox, model } = scene;
    expect((await sandbox.json('mcp', 'approve', 'files', '--yes')).exit_code).toBe(0);
    expect((await sandbox.json('plan', 'run', 'work.plan.yaml')).exit_code).toBe(0);
    const two = [`on_tool_write ${tool}`, `on_tool_write_complete ${tool}`];
    expect(await triggers(scene)).toEqual([...two, ...two]);
    expect(model.given()).toBe(3);
    // To where the second of its writes was asked for, and not begun.
    expect((await sandbox.json('plan', 'rollback', 'last', '3', '--yes')).exit_code).toBe(0);
    expect([sandbox.has('one.txt'), sandbox.has('two.txt')]).toEqual([true, false]);
    const { data } = await sandbox.json('plan', 'execute', 'last');
    expect(data.outputs).toEqual({ words: 'Done otherwise.' });
    expect([sandbox.has('two.txt'), sandbox.read('three.txt')]).toEqual([false, '3']);
    expect(model.given()).toBe(5);
  });

  it('Given a call that a person is asked about, then it waits, and is made when another process has answered', async () => {
    await using scene = await Scene.open(
      plan('fs.write'),
      [{ calls: write('a.txt', 'a\n') }, { say: 'Done.' }],
      { core: { permissions: { ask: ['fs.write'] } } },
    );
    const { sandbox, model } = scene;
    expect((await sandbox.json('plan', 'run', 'work.plan.yaml', '--no-input')).exit_code).toBe(5);
    expect(sandbox.has('a.txt')).toBe(false);
    const { data } = await sandbox.json('plan', 'status', 'last');
    const [asked] = data.decisions.filter(({ chosen }: { chosen: unknown }) => chosen === null);
    expect(asked).toMatchObject({ type: 'approval', detail: expect.stringContaining('+a') });
    expect((await sandbox.json('plan', 'answer', 'last', asked.id, 'allow')).exit_code).toBe(0);
    expect((await sandbox.json('plan', 'execute', 'last')).exit_code).toBe(0);
    expect(sandbox.read('a.txt')).toBe('a\n');
    expect(model.given()).toBe(2);
  });

  it('Given secrets in its surroundings, then none reaches a prompt or stands in the home', async () => {
    const canary = 'canary-4711-of-the-mine';
    await using scene = await Scene.open(plan('shell.run, fs.read'), [
      { calls: [{ tool: 'shell.run', with: { command: 'echo "$BIRD_TOKEN" | tee song.txt' } }] },
      { say: 'leaked', when: { contains: canary } },
      { calls: [{ tool: 'fs.read', with: { path: 'song.txt' } }] },
      { say: 'leaked', when: { contains: canary } },
      { say: 'clean' },
    ]);
    const { sandbox } = scene;
    const run = sandbox.start(['plan', 'run', 'work.plan.yaml'], { BIRD_TOKEN: canary });
    expect((await run.done).code).toBe(0);
    const { data } = await sandbox.json('plan', 'status', 'last');
    expect(data.outputs).toEqual({ words: 'clean' });
    const databases = readdirSync(sandbox.home, { recursive: true, encoding: 'utf8' })
      .map((path) => join(sandbox.home, path))
      .filter((path) => /agents\.db/.test(path) && statSync(path).isFile());
    for (const path of databases) expect(readFileSync(path).includes(canary)).toBe(false);
  });

  it('Given the example of the readme, then it runs on a scripted model, without a key', async () => {
    using sandbox = new Sandbox();
    cpSync(join(EXAMPLES, 'project'), sandbox.workspace, { recursive: true });
    const model = sandbox.start(['dev', 'mock-model', join(EXAMPLES, 'agent.script.yaml')]);
    await model.says(/http:[^"]+/);
    const [url] = /http:[^"]+/.exec(model.stdout + model.stderr) as RegExpExecArray;
    const set = `models.providers={mock: {url: "${url}"}}`;
    const { exit_code, data } = await sandbox.json(
      'plan',
      'run',
      join(EXAMPLES, 'agent.plan.yaml'),
      '--set',
      set,
    );
    expect([exit_code, data.outputs.words]).toEqual([
      0,
      'INDEX.md names both documents, each with its first heading.',
    ]);
    expect(sandbox.read('INDEX.md')).toContain('parts.md: Parts');
  });

  it('Given a model that is not set, then the plan waits and says what to do', async () => {
    using sandbox = new Sandbox();
    sandbox.write('work.plan.yaml', plan('fs.*').replace('prompt', 'model: anthropic/claude, prompt'));
    const { exit_code, error } = await sandbox.json('plan', 'run', 'work.plan.yaml');
    expect([exit_code, error?.code]).toEqual([5, 'model_key_missing']);
  });
});
