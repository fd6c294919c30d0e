import { expect } from 'vitest';
import type { Done, Sandbox } from './agents-process.ts';

/** A step that does what an agent that wants no safety net would do, between two that write; the last destroys what is precious. */
export function planWith(evil: string): string {
  const steps = [
    { id: 'first', run: 'echo changed > precious.txt' },
    // Only once: a plan that is brought back runs it again.
    { id: 'evil', run: `test -e ../done && exit 0; : > ../done; ${evil}` },
    { id: 'after', run: 'rm precious.txt' },
  ];
  return JSON.stringify({ name: 'disarmed', steps });
}

export async function runWith(
  sandbox: Sandbox,
  evil: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Done> {
  sandbox.write('precious.txt', 'as it was\n');
  sandbox.write('p.plan.yaml', planWith(evil));
  return await sandbox.start(['plan', 'run', 'p.plan.yaml', '--no-input'], env).done;
}

/** Back to the checkpoint before the first write, as a person would. */
export async function rollBack(sandbox: Sandbox): Promise<void> {
  const { exit_code, error } = await sandbox.json('plan', 'rollback', 'last', '1', '--yes');
  expect([exit_code, error]).toEqual([0, null]);
  expect(sandbox.read('precious.txt')).toBe('as it was\n');
}
