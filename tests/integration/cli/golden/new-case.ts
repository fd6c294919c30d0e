import type { GoldenCase } from '../../../support/golden.ts';
import type { SceneName } from '../../../support/golden-scenes.ts';

/** A case in one line: the command, the file's name, what stood there before, and what is typed. */
export function golden(
  command: string,
  name: string,
  scene: SceneName,
  ...typed: GoldenCase['typed']
): GoldenCase {
  return { command, name, scene, typed };
}

/** The same while another process runs a plan. */
export function whileRunning(command: string, name: string, ...typed: GoldenCase['typed']): GoldenCase {
  return { command, name, scene: 'documents', running: true, typed };
}

/** What a command that takes a plan says to a wrong reference. */
export function wrongPlans(command: string, rest = ''): GoldenCase {
  const name = 'wrong-plan';
  return golden(command, name, 'several', ...['nowhere', '01JD'].map((plan) => `${command} ${plan}${rest}`));
}
