import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

const DOCUMENT = `name: license
goal: Add a license
steps:
  - { id: write, uses: fs.write, with: { path: LICENSE, content: "MIT" } }
  - { id: check, run: test -s LICENSE, effect: read }
`;

const proposal = (document: string): object => ({
  calls: [
    {
      tool: 'plan.propose',
      with: {
        document,
        alternatives: [
          { id: 'copy', description: 'write the file' },
          { id: 'download', description: 'fetch it' },
        ],
        chosen: 'copy',
        rationale: 'It needs no network.',
        confidence: 0.9,
      },
    },
  ],
});

const LOOKS = { say: 'I look.', calls: [{ tool: 'fs.glob', with: { pattern: '*' } }] };

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox[Symbol.dispose]());

/** A model that says this; what makes the program ask it. */
async function model(...replies: readonly object[]): Promise<Readonly<Record<string, string>>> {
  sandbox.write('../script.yaml', JSON.stringify({ replies }));
  const server = sandbox.start(['dev', 'mock-model', '../script.yaml']);
  await server.says(/listens: export .*\n/);
  const url = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(server.stdout)?.[0] as string;
  return {
    AGENTS_MODELS_PROVIDERS: `{mock: {url: "${url}"}}`,
    AGENTS_MODELS_DEFAULT: 'mock/scripted',
  };
}

const states = (): readonly unknown[] =>
  sandbox.sql('select phase, state from plans').map((row) => ({ ...row }));

describe('a goal, in a real terminal with a model behind a server', () => {
  it('Given run, when the plan is edited and made, then its screen opens and it runs as it was edited', async () => {
    const env = await model(LOOKS, proposal('name: [\n'), proposal(DOCUMENT));
    const EDITOR = 'sed -i s/MIT/Apache/';
    await using terminal = sandbox.terminal(['plan', 'run', '--goal', 'Add a license'], {
      env: { ...env, EDITOR },
    });
    await terminal.shows(/because: It needs no network. \(90 % sure\)/);
    await terminal.shows(/content: "MIT"[^]*1 to 3 or a name, then Enter: /);
    terminal.press('edit\r');
    await terminal.shows(/content: "Apache"[^]*1 to 3 or a name, then Enter: /);
    terminal.press('1\r');
    await terminal.shows(/license · \w+ +✓ EXECUTE complete/);
    terminal.press('q');
    expect(await terminal.exits()).toBe(0);
    expect(sandbox.read('LICENSE')).toBe('Apache');
  });

  it('Given Ctrl-C at the question, then the terminal is as before and nothing is left', async () => {
    const env = await model(proposal(DOCUMENT));
    await using terminal = sandbox.terminal(['plan', 'create', '--goal', 'Add a license'], { env });
    await terminal.shows(/1 to 3 or a name, then Enter: /);
    terminal.press('\u0003');
    expect(await terminal.exits()).toBe(130);
    expect([states(), readdirSync(sandbox.workspace)]).toEqual([[], []]);
  });

  it('Given a goal typed at home, then its plan is there, waits for a word when it is opened, and runs with it', async () => {
    const env = await model(proposal(DOCUMENT));
    await using terminal = sandbox.terminal([], { env });
    await terminal.shows(/no plan in this folder yet/);
    terminal.press(':create --goal "Add a license"\r');
    await terminal.shows(/created license/);
    terminal.press('\u001B');
    await terminal.shows(/Enter open +r go on/);
    terminal.press('\r');
    await terminal.shows(/May this plan run\? waits for you; a answers/);
    // All of the document, where it is longer than the question has room for.
    terminal.press(']]]');
    await terminal.shows(/\[Decision\][^]*uses: fs\.write/);
    terminal.press('a');
    await terminal.shows(/A question waits for you[^]*uses: fs\.write[^]*approve[^]*reject/);
    terminal.press('\r');
    await terminal.shows((screen) => !screen.text.includes('waits for you'));
    terminal.press('p');
    await terminal.shows(/license · \w+ +✓ EXECUTE complete/);
    expect(sandbox.read('LICENSE')).toBe('MIT');
  });
});

describe('a goal, in a process of its own', () => {
  it('Given SIGINT or SIGTERM while the model thinks, then it ends at once and nothing is left', async () => {
    const env = await model({ say: 'Let me think.', delay: '1h' });
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const run = sandbox.start(['plan', 'create', '--goal', 'Add a license'], env);
      await run.says(/the model thinks/);
      run.child.kill(signal);
      expect((await run.done).code).toBe(code);
    }
    expect([states(), readdirSync(sandbox.workspace)]).toEqual([[], []]);
  });

  it('Given a model that needs a key and none, then it is said which, with exit code 5', async () => {
    const run = sandbox.start(['plan', 'create', '--goal', 'x', '--model', 'openai/some', '--json']);
    const { code, stdout } = await run.done;
    expect([code, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([
      5,
      'model_key_missing',
    ]);
  });
});
