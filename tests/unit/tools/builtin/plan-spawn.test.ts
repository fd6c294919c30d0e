import { describe, expect, it } from 'vitest';
import { planSpawn } from '../../../../src/tools/builtin/plan-spawn.ts';

describe('plan.spawn', () => {
  it('Given a call that no agent step makes, then it is refused', async () => {
    const input = planSpawn.input.parse({ name: 'part', steps: [{ run: 'true' }] });
    await expect(planSpawn.run(input, {} as never)).rejects.toMatchObject({ code: 'only_agents' });
  });

  it.each([[''], ['-x'], ['a/b'], ['x'.repeat(65)]])('Given the name %j, then it is none', (name) => {
    expect(planSpawn.input.safeParse({ name, steps: [{}] }).success).toBe(false);
  });
});
