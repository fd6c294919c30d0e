import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/host/system-clock.ts';
import { CliBench, waitFor } from '../../support/cli-bench.ts';

const GATED = `
name: gated
steps:
  - { id: first, run: '${waitFor('go')}', effect: read }
`;

let bench: CliBench;
beforeEach(() => {
  bench = new CliBench();
  bench.write('gated.plan.yaml', GATED);
});
afterEach(() => bench[Symbol.asyncDispose]());

it('Given --detach, then the plan runs elsewhere, and how to come back is said; a second one is refused', async () => {
  const { code, out } = await bench.run('plan', 'run', 'gated.plan.yaml', '--detach');
  expect(code).toBe(0);
  expect(out).toMatch(/^gated \w{8} runs in process \d+, also when this terminal is closed\n/);
  expect(out).toMatch(/^ {2}look at it +agents plan watch \w{8}$/m);
  const again = await bench.run('plan', 'execute', 'last', '--detach', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ status: 'error', data: { name: 'gated' } });
  bench.write('go', '');
  while ((await bench.json('plan', 'status', 'last')).data.state !== 'complete') await systemClock.sleep(5);
});
