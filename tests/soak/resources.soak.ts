import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { bytesBelow, peakMemory } from '../support/memory-use.ts';

const MIB = 1024 * 1024;
const MOST_MEMORY_MIB = 900;

/** What a tool says, and how much of it. */
const OUTPUTS: readonly (readonly [what: string, command: string])[] = [
  ['1 GiB in one line', "head -c 1G /dev/zero | tr '\\0' 'x'"],
  ['1 GiB in lines of 1000 characters', `yes "$(head -c 1000 /dev/zero | tr '\\0' 'x')" | head -c 1G`],
  ['3 million short lines', 'yes abcdefghijklmnop | head -n 3000000'],
];

const planOf = (run: string): string =>
  JSON.stringify({
    name: 'large',
    steps: [
      { id: 'large', run },
      { id: 'next', run: 'touch ready; while test -e ready; do sleep 0.05; done' },
    ],
  });

describe('a tool that says very much', () => {
  it.each(OUTPUTS)('Given %s, then memory and disk stay bounded', async (what, command) => {
    using sandbox = new Sandbox();
    sandbox.write('p.plan.yaml', planOf(command));
    const started = performance.now();
    const runner = sandbox.start(['plan', 'run', 'p.plan.yaml', '--no-input', '--json']);
    while (!sandbox.has('ready')) await wait(50);
    const seconds = (performance.now() - started) / 1000;
    const peak = peakMemory(runner.child.pid as number) ?? 0;
    sandbox.remove('ready');
    expect((await runner.done).code).toBe(0);
    const stored = bytesBelow(sandbox.home) / MIB;
    process.stdout.write(
      `${what}: ${seconds.toFixed(1)} s, ${Math.round(peak)} MiB of memory, ${stored.toFixed(1)} MiB stored\n`,
    );
    expect(peak).toBeLessThan(MOST_MEMORY_MIB);
    expect(stored).toBeLessThan(64);
  });

  it.each(OUTPUTS)(
    'Given %s and a screen that watches, then both go on, and the checkpoint is taken',
    async (_, command) => {
      using sandbox = new Sandbox();
      sandbox.write('p.plan.yaml', planOf(command));
      await using terminal = sandbox.terminal(['plan', 'run', 'p.plan.yaml']);
      while (!sandbox.has('ready')) await wait(50);
      await terminal.shows(/after write/);
      const peaks = sandbox.processes().map((pid) => peakMemory(pid) ?? 0);
      process.stdout.write(`with a screen: ${peaks.map(Math.round).join(', ')} MiB of memory\n`);
      expect(Math.max(...peaks)).toBeLessThan(MOST_MEMORY_MIB);
      sandbox.remove('ready');
      await terminal.shows(/complete/);
      terminal.press('q');
      await terminal.exits();
    },
  );
});
