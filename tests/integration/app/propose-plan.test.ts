import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApp, type App } from '../../../src/app/compose.ts';
import type { PlanProposal, ProposeRequest } from '../../../src/app/propose-plan.ts';
import { WaitingError } from '../../../src/domain/errors.ts';
import { ScriptedModels, type ScriptedReply } from '../../support/scripted-models.ts';
import { NOTES, proposal, proposes } from '../../support/proposals.ts';

let root: string;
let workspace: string;
const opened: App[] = [];

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-propose-')));
  workspace = join(root, 'project');
  mkdirSync(workspace);
});

afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
  rmSync(root, { recursive: true, force: true });
});

interface Asked {
  readonly models: ScriptedModels;
  readonly progress: string[];
  readonly plan: Promise<PlanProposal>;
}

function ask(replies: readonly ScriptedReply[] | ScriptedModels, more: Partial<ProposeRequest> = {}): Asked {
  const models = replies instanceof ScriptedModels ? replies : new ScriptedModels(replies);
  const env = { HOME: root, AGENTS_HOME: join(root, 'home'), API_TOKEN: 'abc-secret-123' };
  const app = openApp({ cwd: workspace, env, set: {}, models: () => Promise.resolve(models) });
  opened.push(app);
  const progress: string[] = [];
  const plan = app.proposePlan({
    goal: 'Write notes',
    model: null,
    workspace,
    inputs: {},
    file: null,
    signal: new AbortController().signal,
    onProgress: (message) => progress.push(message),
    ...more,
  });
  return { models, progress, plan };
}

/** What the model was told last, in request `index`. */
const told = (models: ScriptedModels, index: number): string =>
  JSON.stringify(models.requests[index]?.messages.at(-1)?.content);

describe('a plan that a model writes', () => {
  it('Given a good proposal, then it is the plan, no further reply is paid for, and nothing is written', async () => {
    writeFileSync(join(workspace, 'README.md'), 'about\n');
    const { models, plan, progress } = ask([
      { say: 'I look.', calls: [{ tool: 'fs.read', with: { path: 'README.md' } }] },
      proposes(NOTES),
    ]);
    expect(await plan).toMatchObject({
      text: NOTES,
      goal: 'Write notes',
      model: 'scripted/model',
      chosen: 'one-file',
      confidence: 0.8,
      rationale: 'It is the least that does it.',
      costs: { replies: 2, input_tokens: 20, output_tokens: 10, cost: null },
    });
    expect((await plan).loaded.document.steps.map(({ id }) => id)).toEqual(['write', 'check']);
    expect(models.requests[0]?.messages).toEqual([{ role: 'user', content: 'The goal: Write notes' }]);
    expect(models.requests[0]?.tools.map(({ name }) => name)).toEqual([
      'fs.glob',
      'fs.grep',
      'fs.read',
      'plan.propose',
    ]);
    expect(told(models, 1)).toContain('about');
    expect(progress).toEqual([
      'the model thinks',
      'reads README.md (15 tokens so far)',
      'the model thinks (15 tokens so far)',
      'its plan is checked (30 tokens so far)',
    ]);
    expect(readdirSync(workspace)).toEqual(['README.md']);
    expect(readdirSync(root)).toEqual(['project']);
  });

  it('Given faults, then each goes back with its place, and the mended plan is taken', async () => {
    const faulty = 'name: notes\nstepz: []\nsteps:\n  - { id: a, run: ls, effect: none }\n';
    const { models, plan } = ask([proposes(faulty), proposes(NOTES)]);
    expect((await plan).text).toBe(NOTES);
    expect(told(models, 1)).toContain("this plan can't be used: (planned) has 2 faults");
    expect(told(models, 1)).toMatch(/2:1 unknown key .?stepz/);
    expect(told(models, 1)).toMatch(/4:\d+ .*effect/);
  });

  it.each([
    ['no steps', 'name: a\nsteps: []\n', 'at least one step'],
    [
      'a step that only reads',
      'name: a\nsteps: [{ run: ls, effect: read }]\n',
      'no step of this plan writes',
    ],
    [
      'steps that ask only',
      'name: a\nsteps: [{ decide: { question: Q, options: [a, b], default: a } }]\n',
      'no step of this plan writes',
    ],
    ['no YAML', 'name: [', 'not valid YAML'],
    [
      'an input that nobody gives',
      'name: a\ninputs: { v: { required: true } }\nsteps: [{ run: make }]\n',
      'v is missing',
    ],
    [
      'a secret that is not there',
      'name: a\ninputs: { key: { secret: true } }\nsteps: [{ run: make, env: { K: "${{ inputs.key }}" } }]\n',
      'the secret key has no value',
    ],
    ['a tool that nobody has', 'name: a\nsteps: [{ uses: mcp.none.x }]\n', 'mcp.none.x'],
    [
      'an included file that is not there',
      'name: a\nsteps: [{ subplans: { plans: [{ name: b, uses: ./b.yaml }] } }]\n',
      'b.yaml',
    ],
    [
      'a compensation or an agent that does not fit',
      'name: a\nsteps: [{ agent: { tools: [fs.write] } }]\n',
      'prompt',
    ],
  ])('Given a plan with %s, then it is refused and the model is told', async (_, document, text) => {
    const { models, plan } = ask([proposes(document), proposes(NOTES)]);
    expect((await plan).text).toBe(NOTES);
    expect(told(models, 1)).toContain(text);
  });

  it.each([
    ['chosen is none of the alternatives', { chosen: 'other' }, 'must be the id of one of the alternatives'],
    ['confidence is no share', { confidence: 80 }, 'confidence'],
    ['there are no alternatives', { alternatives: [] }, 'alternatives'],
  ])('Given a proposal in which %s, then the call is refused', async (_, more, text) => {
    const { models, plan } = ask([proposes(NOTES, more), proposes(NOTES)]);
    expect((await plan).text).toBe(NOTES);
    expect(told(models, 1)).toContain(text);
  });

  it('Given a tool of a server that nobody has agreed to, then the model is told, and the server is not started', async () => {
    writeFileSync(
      join(workspace, '.agentsrc'),
      'mcp: { servers: { files: { command: touch, args: [started] } } }\n',
    );
    const document = 'name: a\nsteps: [{ uses: mcp.files.write_file }]\n';
    const { models, plan } = ask([proposes(document), proposes(NOTES)]);
    expect((await plan).text).toBe(NOTES);
    expect(told(models, 1)).toMatch(/this plan can't be used: .*files/);
    expect(readdirSync(workspace)).toEqual(['.agentsrc']);
  });

  it('Given subplans that write, then it is a plan', async () => {
    const nested = 'name: a\nsteps: [{ subplans: { plans: [{ name: b, steps: [{ run: make }] }] } }]\n';
    expect((await ask([proposes(nested)]).plan).text).toBe(nested);
  });

  it('Given inputs that are given, then the model is told their names, and they fit', async () => {
    const document = 'name: a\ninputs: { v: { required: true } }\nsteps: [{ run: make }]\n';
    const { models, plan } = ask([proposes(document)], { inputs: { v: 'quiet-value' } });
    expect((await plan).text).toBe(document);
    expect(JSON.stringify(models.requests)).not.toContain('quiet-value');
    expect(models.requests[0]?.messages[0]?.content).toMatch(/inputs will be given; declare them: v$/);
  });

  it('Given a model by name and expressions in the goal, then it is asked as it stands', async () => {
    const goal = 'Explain ${{ inputs.x }}';
    const { models, plan } = ask([proposes(NOTES)], { model: 'scripted/two', goal });
    expect((await plan).model).toBe('scripted/two');
    expect(models.requests[0]).toMatchObject({
      model: 'scripted/two',
      messages: [{ role: 'user', content: `The goal: ${goal}` }],
    });
  });

  it('Given a secret in a file and in the goal, then the model never sees it, and no plan gets it', async () => {
    writeFileSync(join(workspace, '.env'), 'API_TOKEN=abc-secret-123\n');
    const { models, plan } = ask(
      [{ calls: [{ tool: 'fs.read', with: { path: '.env' } }] }, proposes(NOTES)],
      { goal: 'Use abc-secret-123' },
    );
    expect((await plan).goal).not.toContain('abc-secret');
    expect(JSON.stringify(models.requests)).not.toContain('abc-secret');
    expect(told(models, 1)).toContain('API_TOKEN=');
  });

  it('Given what it is told first, then that is short', async () => {
    const { models, plan } = ask([proposes(NOTES)]);
    await plan;
    expect(models.requests[0]?.system?.length).toBeLessThan(8000);
  });

  it('Given several plans in one reply, then the first that is good is taken, and they count as many', async () => {
    const faulty = proposal('name: b');
    const other = proposal(NOTES.replaceAll('notes', 'other'));
    const { models, progress, plan } = ask([{ calls: [faulty, proposal(NOTES), other, faulty] }]);
    expect((await plan).text).toBe(NOTES);
    expect(models.paid).toBe(1);
    expect(progress.filter((said) => said.startsWith('its plan is checked'))).toHaveLength(4);
  });
});

describe('what a planning model may not do', () => {
  it.each([
    ['write', { tool: 'fs.write', with: { path: 'a', content: 'b' } }, 'there is no tool fs.write'],
    ['run commands', { tool: 'shell.run', with: { command: 'touch a' } }, 'there is no tool shell.run'],
    ['leave the folder', { tool: 'fs.read', with: { path: '../home' } }, 'leads out of the workspace'],
  ])('Given that it wants to %s, then it is told no', async (_, call, text) => {
    const { models, plan } = ask([{ calls: [call] }, proposes(NOTES)]);
    await plan;
    expect(told(models, 1)).toContain(text);
    expect(readdirSync(workspace)).toEqual([]);
  });

  it.each([
    ['deny: ["fs.read(.env*)"]', 'core.permissions.deny: fs.read(.env*)'],
    ['ask: ["*"]', 'core.permissions.ask: *'],
  ])(
    'Given the permissions {%s}, then what they forbid or ask about is not looked at',
    async (rules, text) => {
      writeFileSync(join(workspace, '.agentsrc'), `core: { permissions: { ${rules} } }\n`);
      const { models, plan } = ask([
        { calls: [{ tool: 'fs.read', with: { path: '.env' } }] },
        proposes(NOTES),
      ]);
      expect((await plan).text).toBe(NOTES);
      expect(told(models, 1)).toContain(text);
    },
  );

  it('Given permissions that forbid to ask models, then none is asked', async () => {
    writeFileSync(join(workspace, '.agentsrc'), 'core: { permissions: { deny: ["model.*"] } }\n');
    const { models, plan } = ask([proposes(NOTES)]);
    await expect(plan).rejects.toMatchObject({ code: 'not_permitted', exitCode: 1 });
    expect(models.requests).toEqual([]);
  });
});

describe('planning that comes to nothing', () => {
  const faulty = proposes('name: a\nsteps: []\n');

  it('Given five plans that are not valid, then it ends with what is wrong with the last', async () => {
    const { models, plan } = ask([faulty, faulty, faulty, faulty, faulty, proposes(NOTES)]);
    await expect(plan).rejects.toMatchObject({
      code: 'plan_not_valid',
      exitCode: 1,
      message: 'scripted/model wrote no plan that can be used: its 5 plans are not valid',
      hint: expect.stringMatching(/^the last one: .*2:8 .*at least one step/) as string,
    });
    expect(models.paid).toBe(5);
  });

  it('Given that it gives up after one, then likewise', async () => {
    await expect(ask([faulty, { say: 'I give up.' }]).plan).rejects.toMatchObject({
      message: 'scripted/model wrote no plan that can be used: its plan is not valid',
    });
  });

  it.each([
    ['Which notes?', 'its last words: Which notes?'],
    ['', null],
  ])('Given words "%s" and no plan, then those are told', async (say, hint) => {
    await expect(ask([{ say }]).plan).rejects.toMatchObject({ code: 'no_plan', exitCode: 1, hint });
  });

  it('Given a model that looks for ever, then it ends after twenty replies', async () => {
    const looks = { calls: [{ tool: 'fs.glob', with: { pattern: '*' } }] };
    const { models, plan } = ask(Array.from({ length: 30 }, () => looks));
    await expect(plan).rejects.toMatchObject({
      code: 'no_plan',
      message: 'scripted/model proposed no plan in 20 replies',
    });
    expect(models.paid).toBe(20);
  });

  it('Given a reply that is cut off, then that is told', async () => {
    const { plan } = ask([{ say: 'Once', finish: 'length' }]);
    await expect(plan).rejects.toMatchObject({ code: 'reply_cut_off', hint: null });
  });

  it('Given a provider that fails, then what it said is told', async () => {
    const { plan } = ask([{ fail: { status: 500, message: 'overloaded' } }]);
    await expect(plan).rejects.toMatchObject({ code: 'model_failed', hint: 'overloaded' });
  });

  it('Given a provider that a person has to see to first, then it waits for that', async () => {
    const missing = new WaitingError('model_key_missing', 'no key');
    const { plan } = ask(new ScriptedModels([], { onRequest: () => Promise.reject(missing) }));
    await expect(plan).rejects.toBe(missing);
  });

  it('Given no model, then nothing begins', async () => {
    const { plan } = ask(new ScriptedModels([], { model: null }));
    await expect(plan).rejects.toMatchObject({ code: 'no_model' });
  });

  it.each([true, false])('Given a stop before it begins: %s, then it ends by it', async (isBefore) => {
    const controller = new AbortController();
    const models = new ScriptedModels([{ say: 'Hm', held: new Promise(() => {}) }]);
    models.onHeld = () => controller.abort(new Error('stopped'));
    if (isBefore) controller.abort(new Error('stopped'));
    await expect(ask(models, { signal: controller.signal }).plan).rejects.toThrow('stopped');
    expect(models.paid).toBe(0);
    expect(readdirSync(root)).toEqual(['project']);
  });
});
