import { describe, expect, it } from 'vitest';
import { createMemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { LiveOutput } from '../../../src/tools/live-output.ts';
import { NO_REDACTION } from '../../../src/tools/redaction.ts';

const { blobs } = createMemoryStorage({ processes: new SystemProcessTable() });

describe('live output', () => {
  it('Given both streams, then lines are shown as they end, the last also without a line break', async () => {
    const shown: string[] = [];
    const output = new LiveOutput(NO_REDACTION, (stream, text) => shown.push(`${stream}: ${text}`));
    output.write('stdout', 'one\ntw');
    output.write('stderr', 'oops\n');
    output.write('stdout', 'o');
    expect(shown).toEqual(['stdout: one', 'stderr: oops']);
    output.end();
    expect(shown.at(-1)).toBe('stdout: two');
    expect(await output.store(blobs)).toBeNull();
  });

  it('Given more than 16 MiB, then all of it is shown, and the log says how many lines it lacks', async () => {
    let shown = 0;
    const output = new LiveOutput(NO_REDACTION, () => (shown += 1));
    const line = `${'x'.repeat(64 * 1024 - 1)}\n`;
    for (let count = 0; count < 300; count += 1) output.write('stdout', line);
    output.end();
    const log = await output.store(blobs);
    expect(shown).toBe(300);
    expect(log?.preview).toBe('x'.repeat(200));
    const text = Buffer.from(await blobs.get(log?.ref ?? '')).toString();
    expect(text.slice(-40)).toContain('[43 more lines were not kept]');
  });
});
