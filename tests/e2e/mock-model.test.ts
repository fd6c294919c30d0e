import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

const SCRIPT = `
replies:
  - { say: Hello. }
  - { say: Wait for me., delay: 1h }
`;

it.each(['SIGINT', 'SIGTERM'] as const)(
  'Given a scripted model that is asked, When %s comes, Then it ends well, whoever still waits for it',
  async (signal) => {
    using sandbox = new Sandbox();
    writeFileSync(join(sandbox.workspace, 'script.yaml'), SCRIPT);
    const model = sandbox.start(['dev', 'mock-model', 'script.yaml']);
    await model.says(/listens: export .*\n/);
    const url = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(model.stdout)?.[0] as string;
    const ask = (messages: readonly unknown[], stream: boolean): Promise<Response> =>
      fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify({ messages, stream }) });
    expect(await (await ask([], false)).json()).toMatchObject({
      choices: [{ message: { content: 'Hello.' } }],
    });
    const waits = (await ask([{ role: 'assistant', content: 'Hello.' }], true)).text();
    const cut = expect(waits).rejects.toThrow();
    model.child.kill(signal);
    expect(await model.done).toMatchObject({
      code: 0,
      signal: null,
      stderr: 'it ended, after 1 reply\n',
    });
    await cut;
  },
);
