import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

let bench: CliBench;
beforeEach(() => {
  bench = new CliBench();
  Object.assign(bench.env, { AGENTS_CALL_ID: 'call', AGENTS_CALL_HOME: join(bench.home, 'agents') });
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('a command that a step of a plan calls', () => {
  it.each([
    'plan checkpoint delete last 1',
    'plan checkpoint unpin last 1',
    'plan checkpoint prune',
    'plan prune',
    'plan delete last',
    'plan rollback last 1 --yes',
    'plan undo last',
    'plan apply last',
    'plan approve last',
    'mcp approve files --yes',
    'plan answer last q a',
    'plan correct last q --choose a',
    'config set core.checkpoints.auto_create_on []',
  ])('Given "agents %s", then it is refused before anything is looked at', async (line) => {
    const { exit_code, error } = await bench.json(...line.split(' '));
    expect([exit_code, error?.code]).toEqual([6, 'inside_step']);
  });

  it.each(['plan list', 'plan deny last', 'config show', 'doctor', 'storage gc'])(
    'Given "agents %s", then it is not',
    async (line) => {
      const { error } = await bench.json(...line.split(' '));
      expect(error?.code).not.toBe('inside_step');
    },
  );

  it('Given that it is about another home, as programs under test have, then it is not refused', async () => {
    bench.env['AGENTS_CALL_HOME'] = '/home/of/the/plan';
    expect((await bench.json('plan', 'prune')).exit_code).toBe(0);
  });
});
