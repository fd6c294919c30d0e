import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasRows, Sandbox } from '../support/agents-process.ts';
import type { RealTerminal } from '../support/real-terminal.ts';

const GIVEN = 'canaryGiven/7+t0k3n&"quote';
const KEY = 'canaryKey99887766';
const TOKEN = `ghp_${'canary'.repeat(6)}`;
/** Also as JSON, URLs and base64 write them. */
const FORMS = [GIVEN, KEY, TOKEN].flatMap((text) => [
  text,
  JSON.stringify(text).slice(1, -1),
  encodeURIComponent(text),
  Buffer.from(text).toString('base64').slice(0, 20),
]);

const MOST_LOOKS = 1500;

/** Everything a tool can do with a secret but write it into a file: that would be content. */
const planFor = (port: number): string => `
name: canary
inputs:
  token: { secret: true, env: DEMO_TOKEN }
env: { T: "\${{ inputs.token }}" }
steps:
  - id: say
    run: |
      echo "out $T"; echo "err $T $MY_API_KEY" >&2; printf %s "$T" | base64; echo "https://u:$T@host/?k=$MY_API_KEY"
      printf %s "$T" | head -c 9; sleep 0.1; printf %s "$T" | tail -c +10; echo; printf '%s%s\\n' ghp_ canarycanarycanarycanarycanarycanary
      env | grep -e ^T= -e ^MY_; printf '\\033]0;%s\\007' "$T"; for i in $(seq 1 2000); do echo "$i $T"; done
  - { id: web, uses: http.request, env: { AUTH: "Bearer \${{ inputs.token }}" }, with: { url: "http://127.0.0.1:${port}/", header_env: { authorization: AUTH } } }
  - { id: file, uses: fs.read, with: { path: "\${{ steps.say.outputs.stderr }}" }, continue_on_error: true }
  - { id: note, uses: plan.note, with: { text: "\${{ steps.web.outputs.body }}" } }
  - { id: ask, decide: { question: "\${{ steps.say.outputs.stderr }}?", options: [a, b], by: human, default: a } }
  - { id: die, run: 'while test -e hold; do sleep 0.05; done; echo "no: $T $MY_API_KEY" >&2; exit 3' }
`;

const ENVIRONMENT = { DEMO_TOKEN: GIVEN, MY_API_KEY: KEY };
const holds = (text: string): readonly string[] => FORMS.filter((form) => text.includes(form));

/** Every file of the home byte by byte, logs of the databases, live output and what only screens need too. */
function searchHome(sandbox: Sandbox, folder = sandbox.home): readonly string[] {
  return orGone(() => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return searchHome(sandbox, path);
    if (!entry.isFile()) return [];
    const [text = ''] = orGone(() => [readFileSync(path, 'latin1')]);
    return holds(text).map((form) => `${path}: ${form}`);
  });
}

/** What is there only while a tool runs may be gone meanwhile. */
function orGone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}

async function withEcho(work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((request, response) =>
    response.end(`you said ${request.headers.authorization}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Looks at everything a screen has of the plan. */
async function lookAround(terminal: RealTerminal): Promise<void> {
  for (const keys of [']', ']', ']', ']', ']', 'G', '?', '\u001B', '!', ':errors\r', 'g']) {
    terminal.press(keys);
    await wait(30);
  }
}

describe('a secret, on the real program', () => {
  it.each([
    ['on the command line', { MY_API_KEY: KEY }, ['-i', `token=${GIVEN}`]],
    ['by the environment', ENVIRONMENT, []],
    ['by the environment, told as JSON', ENVIRONMENT, ['--json=stream']],
    ['by the environment, to a plan of its own process', ENVIRONMENT, ['--detach']],
  ])(
    'Given %s, then it is in no byte of the home and of what was said, while it runs and afterwards',
    async (_, env, more) => {
      await withEcho(async (port) => {
        using sandbox = new Sandbox();
        sandbox.write('canary.plan.yaml', planFor(port));
        sandbox.write('hold', '');
        const runner = sandbox.start(['plan', 'run', 'canary.plan.yaml', '--no-input', ...more], env);
        const dies = "select 1 from plan_events where type = 'tool.started' and payload like '%\"die\"%'";
        await untilRows(sandbox, dies);
        expect(searchHome(sandbox)).toEqual([]);
        sandbox.remove('hold');
        const { stdout, stderr } = await runner.done;
        await untilRows(sandbox, "select 1 from plans where state = 'errored'");
        expect(holds(stdout + stderr)).toEqual([]);
        const { stdout: errors } = await sandbox.run('plan', 'errors', 'last');
        expect(errors).toContain('no: *** ***');
        await sandbox.run('plan', 'checkpoint', 'export', 'last', '../plan.archive');
        expect(holds(readFileSync(join(sandbox.root, 'plan.archive'), 'latin1'))).toEqual([]);
        expect(searchHome(sandbox)).toEqual([]);
      });
    },
  );

  it('Given a screen that shows its log, its dialogs and its errors, then it is in no byte that the terminal got', async () => {
    await withEcho(async (port) => {
      using sandbox = new Sandbox();
      sandbox.write('canary.plan.yaml', planFor(port));
      sandbox.write('hold', '');
      await using terminal = sandbox.terminal(['plan', 'run', 'canary.plan.yaml'], { env: ENVIRONMENT });
      await terminal.shows(/waits for you/);
      await lookAround(terminal);
      terminal.press('\u001B');
      expect(searchHome(sandbox)).toEqual([]);
      const answered = sandbox.run('plan', 'answer', 'last', 'ask', 'a');
      sandbox.remove('hold');
      await answered;
      await terminal.shows(/errored|failed/);
      await lookAround(terminal);
      terminal.press('\u001B');
      terminal.press('q');
      await terminal.exits();
      expect(terminal.raw).toContain('***');
      expect(holds(terminal.raw)).toEqual([]);
      expect(searchHome(sandbox)).toEqual([]);
    });
  });
});

async function untilRows(sandbox: Sandbox, query: string): Promise<void> {
  for (let looks = 0; !hasRows(sandbox, query); looks += 1) {
    if (looks > MOST_LOOKS) throw new Error(`never: ${query}`);
    await wait(20);
  }
}
