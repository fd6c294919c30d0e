import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isSuperuser, mayRunAgents, OrdinarySandbox } from '../support/ordinary-user.ts';

interface Finding {
  readonly id: string;
  readonly status: string;
  readonly next: string | null;
}

async function findings(sandbox: OrdinarySandbox): Promise<readonly Finding[]> {
  const { data } = await sandbox.json('doctor');
  return (data.checks as readonly Finding[]).filter(({ status }) => status !== 'ok');
}

async function ran(): Promise<OrdinarySandbox> {
  const sandbox = new OrdinarySandbox();
  sandbox.write('p.plan.yaml', "name: p\nsteps: [{ id: a, run: 'echo a >> a.txt' }]\n");
  expect((await sandbox.run('plan', 'run', 'p.plan.yaml')).code).toBe(0);
  return sandbox;
}

/** What is wrong in the home, by a shell's line there; the second needs somebody who may give files away. */
const RIGHTS: readonly (readonly [what: string, line: string])[] = [
  ['may not be entered', 'chmod 000 .'],
  ['may not be written', 'chmod 500 .'],
  ['has a database that may only be read', 'chmod 400 agents.db'],
  ['has databases that may not be read', 'chmod 000 *.db'],
  ['has folders that may not be entered', 'chmod 000 live objects watch'],
  ['has rights nowhere', 'chmod -R 000 .'],
];
const OWNERS: readonly (readonly [what: string, line: string])[] = [
  ['has a database of another user', 'chown 0:0 agents.db'],
  ['has contents of another user', 'chown 0:0 objects.db objects'],
  ['has two things wrong with it', 'chown 0:0 watch; chmod 000 objects.db'],
];

// Where another user can't be had, or can't run this program, nothing of it can be seen.
describe.skipIf(!mayRunAgents())('a home that its user may not use', () => {
  it.each(isSuperuser ? [...RIGHTS, ...OWNERS] : RIGHTS)(
    'Given one that %s, when the doctor is asked and done as it says, then everything works again',
    async (_, line) => {
      using sandbox = await ran();
      spawnSync('sh', ['-c', line], { cwd: sandbox.home });
      let rounds = 0;
      for (let found = await findings(sandbox); found.length > 0; found = await findings(sandbox)) {
        expect((rounds += 1)).toBeLessThan(4);
        // Nothing is said of what can't be seen for that.
        expect(found.map(({ id, status }) => `${id} ${status}`)).toEqual(['home fail']);
        const next = found[0]?.next ?? '';
        expect(next).toMatch(/^(?:chmod u\+rwX|sudo chown -R \d+) /);
        if (next.startsWith('chmod')) sandbox.shell(next);
        else expect(spawnSync('sh', ['-c', next.replace('sudo ', '')]).status).toBe(0);
      }
      expect(rounds).toBeGreaterThan(0);
      expect((await sandbox.run('plan', 'run', 'p.plan.yaml')).code).toBe(0);
      expect((await sandbox.run('storage', 'verify')).code).toBe(0);
    },
  );
});
