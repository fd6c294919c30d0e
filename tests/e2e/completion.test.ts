import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { RealTerminal } from '../support/real-terminal.ts';

const PLAN = `
name: greet
inputs: { tone: { options: [calm, glad], default: calm, description: how it sounds } }
steps:
  - id: style
    decide: { question: Which style?, options: [ { id: plain }, { id: warm, description: a sentence } ] }
`;

/** What of the packages is loaded, told by a text that only it has. */
const HEAVY = { ORM: 'No entities were discovered', yargs: 'showHelpOnFail', React: 'useSyncExternalStore' };

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

it.each([
  ['plan', 'st'],
  ['plan', 'status', ''],
  ['plan', 'answer', 'last', ''],
])('Given %s %s, then it is completed without ORM, yargs and React', async (...words) => {
  using sandbox = await completionSandbox();
  const folder = join(sandbox.root, 'coverage');
  await sandbox.start(['__complete', '--', ...words], { NODE_V8_COVERAGE: folder }).done;
  const files = readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage;
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
  const dist = fileURLToPath(new URL('../../dist', import.meta.url));
  const built = readdirSync(dist).map((name) => readFileSync(join(dist, name), 'utf8'));
  for (const mark of Object.values(HEAVY)) expect(built.some((text) => text.includes(mark))).toBe(true);
  const texts = files.map((url) => readFileSync(fileURLToPath(url), 'utf8'));
  expect(texts.length).toBeGreaterThan(2);
  const loaded = Object.entries(HEAVY).filter(([, mark]) => texts.some((text) => text.includes(mark)));
  expect(loaded).toEqual([]);
});

const isThere = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;

/** A sandbox with a plan that waits for an answer, a command `agents` on its path, and the completion scripts in files. */
async function completionSandbox(): Promise<Sandbox> {
  const sandbox = new Sandbox();
  const bin = join(sandbox.root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'agents'), `#!/bin/sh\nexec ${sandbox.commandLine()} "$@"\n`);
  chmodSync(join(bin, 'agents'), 0o755);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await sandbox.run('completion', shell);
    writeFileSync(join(sandbox.root, `agents.${shell}`), stdout);
  }
  sandbox.write('greet.plan.yaml', PLAN);
  sandbox.write('other.txt', '');
  mkdirSync(join(sandbox.workspace, '.agents/plans'), { recursive: true });
  sandbox.write('.agents/plans/tea.plan.yaml', PLAN);
  await sandbox.run('plan', 'run', 'greet.plan.yaml', '--no-input');
  await sandbox.run('plan', 'checkpoint', 'create', 'last', '--label', 'before tea');
  return sandbox;
}

function envOf(sandbox: Sandbox): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return { ...sandbox.env, PATH: `${join(sandbox.root, 'bin')}:${PATH}` } as NodeJS.ProcessEnv;
}

/** An interactive shell that has read the script, and what it makes of a line and a Tab. */
function terminal(sandbox: Sandbox, shell: string, args: readonly string[]): RealTerminal {
  const env = { ...envOf(sandbox), PS1: '> ', TERM: 'xterm-256color', ZDOTDIR: sandbox.root };
  return new RealTerminal(shell, args, { cwd: sandbox.workspace, env });
}

/** What stands behind the prompt before and after a Tab. */
const TYPED = [
  ['agents pl', 'agents plan'],
  ['agents plan stat', 'agents plan status'],
  ['agents plan list --ph', 'agents plan list --phase'],
  ['agents plan list --phase=str', 'agents plan list --phase=strategize'],
  ['agents --set core.checkpoints.on_failure=w', 'agents --set core.checkpoints.on_failure=warn'],
  ['agents plan answer last st', 'agents plan answer last style'],
  ['agents plan answer last style w', 'agents plan answer last style warm'],
  ['agents plan checkpoint show last be', 'agents plan checkpoint show last before\\ tea'],
  ['agents tool show http', 'agents tool show http.request'],
  ['agents plan run gr', 'agents plan run greet.plan.yaml'],
  ['agents plan run greet.plan.yaml -i to', 'agents plan run greet.plan.yaml -i tone='],
  ['agents plan run greet.plan.yaml -i tone=g', 'agents plan run greet.plan.yaml -i tone=glad'],
  ['agents plan run greet.plan.yaml --input=tone=c', 'agents plan run greet.plan.yaml --input=tone=calm'],
  ['agents plan create .agents/plans/te', 'agents plan create .agents/plans/tea.plan.yaml'],
  ['agents plan checkpoint show last 2', 'agents plan checkpoint show last 2'],
] as const;

async function completesAll(shell: RealTerminal, sandbox: Sandbox): Promise<void> {
  const { stdout } = await sandbox.run('plan', 'list', '--json');
  const { data } = JSON.parse(stdout) as { data: { plans: [{ plan_id: string }] } };
  const id = data.plans[0].plan_id.slice(-8);
  const ofPlan = [`agents plan status ${id.slice(0, 6)}`, `agents plan status ${id}`] as const;
  for (const [typed, whole] of [...TYPED, ofPlan]) {
    shell.press(`${typed}\t`);
    await shell.shows((screen) => screen.rows.some((row) => row.trimEnd() === `> ${whole}`));
    shell.press('\u0015\u000C');
    await shell.shows((screen) => screen.rows.every((row) => !row.includes(typed)));
  }
}

it.runIf(isThere('bash'))('Given bash and a Tab, then it completes names of all kinds', async () => {
  using sandbox = await completionSandbox();
  await using shell = terminal(sandbox, 'bash', ['--norc', '--noprofile', '-i']);
  shell.press(`PS1='> '; source ${sandbox.root}/agents.bash; clear\r`);
  await shell.shows(/^> *$/m);
  await completesAll(shell, sandbox);
  shell.press('agents plan st\t\t');
  await shell.shows(/status +\(steps, subplans, decisions and who runs it\)/);
});

it.runIf(isThere('zsh'))('Given zsh and a Tab, then it completes names of all kinds', async () => {
  using sandbox = await completionSandbox();
  await using shell = terminal(sandbox, 'zsh', ['-f', '-i']);
  shell.press(`PS1='> '; autoload -U compinit; compinit -u; source ${sandbox.root}/agents.zsh; clear\r`);
  await shell.shows(/^> *$/m);
  await completesAll(shell, sandbox);
  shell.press('agents plan st\t\t');
  await shell.shows(/status +-- steps, subplans, decisions and who runs it/);
});

it.runIf(isThere('fish')).each([
  ['agents plan stat', 'status\tsteps, subplans, decisions and who runs it'],
  ['agents plan list --phase=str', '--phase=strategize'],
  ['agents plan answer last style w', 'warm\ta sentence'],
  ['agents plan checkpoint show last be', 'before tea\t2, manual'],
])('Given fish and "%s", then it offers %j', async (typed, offered) => {
  using sandbox = await completionSandbox();
  const script = `source ${sandbox.root}/agents.fish; complete -C '${typed}'`;
  const said = execFileSync('fish', ['--no-config', '-c', script], {
    cwd: sandbox.workspace,
    env: envOf(sandbox),
    encoding: 'utf8',
  });
  expect(said).toBe(`${offered}\n`);
});
