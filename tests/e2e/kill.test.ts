import { describe, expect, it } from 'vitest';
import { Sandbox, type Envelope } from '../support/agents-process.ts';

const write = (name: string): string =>
  `{ id: ${name}, run: 'echo ${name} > ${name}.txt; sleep 0.05; echo done >> ${name}.txt' }`;

const PLAN = `
name: killed
steps:
  - ${write('a')}
  - { id: read, run: 'sleep 0.1; cat a.txt', effect: read }
  - id: s
    subplans: { mode: parallel, plans: [{ name: x, steps: [${write('b')}, ${write('c')}] }, { name: y, steps: [${write('d')}] }] }
  - { id: copy, uses: fs.write, with: { path: copy.txt, content: "\${{ steps.read.outputs.stdout }}" } }
  - ${write('e')}
`;

/** Where the runner is killed: when the journal has this many events. The same in every run. */
const MOMENTS = [3, 9, 12, 17, 26, 33, 41, 50];

/** Goes on; where a write was cut off, says that it is to run again. */
async function execute(sandbox: Sandbox): Promise<Envelope> {
  const rerun: string[] = [];
  for (;;) {
    const envelope = await sandbox.json(
      'plan',
      'execute',
      'last',
      ...rerun.flatMap((step) => ['--rerun', step]),
    );
    if (envelope.error?.code !== 'unfinished_write') return envelope;
    for (const step of envelope.error.message.matchAll(/(\w+) \(shell\.run\)/g)) rerun.push(step[1] ?? '');
  }
}

async function killAt(sandbox: Sandbox, events: number): Promise<void> {
  const runner = sandbox.start(['plan', 'run', 'killed.plan.yaml']);
  const counted = 'select count(*) as n from plan_events';
  for (;;) {
    const n = countOr0(sandbox, counted);
    if (n >= events || runner.child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  runner.child.kill('SIGKILL');
  await runner.done;
}

function countOr0(sandbox: Sandbox, query: string): number {
  try {
    return Number(sandbox.sql(query)[0]?.['n']);
  } catch (thrown) {
    if (/no such table|unable to open|directory does not exist/.test(String(thrown))) return 0;
    throw thrown;
  }
}

describe('a runner that is killed', () => {
  it.each(MOMENTS)(
    'Given SIGKILL at event %i, then execute ends as if nothing had happened',
    async (events) => {
      using sandbox = new Sandbox();
      sandbox.write('killed.plan.yaml', PLAN);
      await killAt(sandbox, events);
      const before = sandbox.sql('select seq, hex(hash) as hash from plan_events order by seq');
      const checkpoints = sandbox.sql('select id from checkpoints order by seq');
      const end = await execute(sandbox);
      expect([end.error, end.exit_code, end.data.state]).toEqual([null, 0, 'complete']);

      for (const name of ['a', 'b', 'c', 'd', 'e'])
        expect(sandbox.read(`${name}.txt`)).toBe(`${name}\ndone\n`);
      expect(sandbox.read('copy.txt')).toBe('a\ndone');
      // Nothing that was acknowledged is lost: the history only grew.
      const after = sandbox.sql('select seq, hex(hash) as hash from plan_events order by seq');
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index + 1));
      expect(sandbox.sql('select id from checkpoints order by seq').slice(0, checkpoints.length)).toEqual(
        checkpoints,
      );
      // No call that had a result was run again: each step has exactly one.
      const completed = sandbox.sql(`
      select json_extract(s.payload, '$.step_id') as step, count(*) as n from plan_events c
      join plan_events s on s.type = 'tool.started'
        and json_extract(s.payload, '$.call_id') = json_extract(c.payload, '$.call_id')
      where c.type = 'tool.completed' group by 1 order by 1`);
      expect(completed).toEqual(['a', 'b', 'c', 'copy', 'd', 'e', 'read'].map((step) => ({ step, n: 1 })));
    },
  );
});
