import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { systemJob } from '../../src/tui/shell/job.ts';
import { memoLast } from '../../src/tui/screens/memo-last.ts';
import { openShell } from '../../src/tui/shell/open-shell.tsx';
import { SnapshotCache } from '../../src/tui/shell/snapshot-cache.ts';
import { FakeCommandLine } from '../support/fake-command-line.ts';
import { EMPTY_TREE } from '../../src/domain/plan-state.ts';
import { FakePlan, ROOT } from '../support/fake-plan.ts';
import { FakeTime } from '../support/fake-time.ts';
import { FakePrograms, UNICODE } from '../support/open-plan.ts';
import { ScreenTerminal } from '../support/screen-terminal.ts';

describe('the system under the screen', () => {
  it('Given this process is continued, then who asked for it hears of it, until it is forgotten', async () => {
    const heard = Promise.withResolvers<void>();
    let times = 0;
    const forget = systemJob.onContinue(() => {
      times += 1;
      heard.resolve();
    });
    process.kill(process.pid, 'SIGCONT');
    await heard.promise;
    forget();
    expect(times).toBe(1);
    expect(process.listenerCount('SIGCONT')).toBe(0);
  });

  it('keeps a process alive with one timer', () => {
    const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const end = systemJob.keepAlive();
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before + 1);
    end();
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')).toHaveLength(before);
  });

  it('stops this process, and nothing else', () => {
    const killed: unknown[] = [];
    const { kill } = process;
    process.kill = (...args): true => {
      killed.push(args);
      return true;
    };
    try {
      systemJob.stop();
    } finally {
      process.kill = kill;
    }
    expect(killed).toEqual([[0, 'SIGTSTP']]);
  });

  it('Given no timers of its own, then the shell takes the real ones', async () => {
    using terminal = new ScreenTerminal(80, 24);
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['T1']).runs();
    const { feed, output, snapshots, settings: triggers, time: clock } = plan;
    const shell = openShell({
      services: {
        feed,
        output,
        snapshots,
        triggers,
        clock,
        control: plan,
        commandLine: new FakeCommandLine(),
        programs: new FakePrograms(),
        files: plan.files,
        rollbacks: async () => plan.rollbacks,
        compensations: async () => plan.rollbacks.compensations,
      },
      rootId: ROOT,
      planId: ROOT,
      glyphs: UNICODE,
      stdin: terminal.stdin,
      stdout: terminal.stdout,
      colour: true,
    });
    plan.begins('T1');
    await terminal.until((text) => text.includes('◐ T1'));
    terminal.resize(100, 30);
    await terminal.until((text) => text.split('\n').length === 30);
    shell.close();
    expect(await shell.done).toEqual({ kind: 'quit' });
    expect(process.listenerCount('SIGCONT')).toBe(0);
  });
});

describe('SnapshotCache', () => {
  it('reads each once, keeps the last sixteen, and forgets what was pushed out while it was read', async () => {
    const reads: string[] = [];
    const gates = new Map<string, PromiseWithResolvers<JsonObject>>();
    const snapshot = (id: string): Promise<JsonObject> => {
      reads.push(id);
      const gate = Promise.withResolvers<JsonObject>();
      gates.set(id, gate);
      return gate.promise;
    };
    let told = 0;
    let isPassing = true;
    const stateAt = async (): Promise<null> => null;
    const treeAt = async (): Promise<typeof EMPTY_TREE> => EMPTY_TREE;
    const cache = new SnapshotCache(
      { snapshot, stateAt, treeAt },
      () => (told += 1),
      () => isPassing,
    );
    const get = (checkpointId: string): unknown => cache.get({ checkpointId });
    const ids = Array.from({ length: 20 }, (_, index) => `K${index}`);
    expect(get('K19')).toBeUndefined();
    expect(reads).toEqual([]);
    isPassing = false;
    for (const id of ids) expect(get(id)).toBeUndefined();
    for (const id of ids) gates.get(id)?.resolve({ of: id });
    await Promise.all([...gates.values()].map(({ promise }) => promise));
    await Promise.resolve();
    expect(get('K19')).toEqual({ of: 'K19' });
    expect(get('K0')).toBeUndefined();
    expect(reads.filter((id) => id === 'K0')).toHaveLength(2);
    expect(reads.filter((id) => id === 'K19')).toHaveLength(1);
    expect(told).toBe(16);
  });
});

describe('memoLast', () => {
  it('answers the same again until one of the compared arguments is another', () => {
    let made = 0;
    const remembered = memoLast((a: number, b: number) => ({ sum: a + b, made: (made += 1) }), 1);
    expect(remembered(1, 2)).toBe(remembered(1, 3));
    expect(remembered(2, 3)).toEqual({ sum: 5, made: 2 });
    const all = memoLast((a: number, b: number) => ({ sum: a + b }));
    expect(all(1, 2)).toBe(all(1, 2));
    expect(all(1, 3)).not.toBe(all(1, 2));
  });
});
