import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { SpawnedProcess } from '../../src/domain/plan-state.ts';
import type { Tool, ToolContext } from '../../src/ports/tool.ts';

/** A workspace of its own, with a neighbour folder that nothing may touch, and a tool context that keeps what it is told. */
export class ToolBench implements Disposable {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'agents-tools-')));
  readonly workspace = join(this.base, 'ws');
  readonly outside = join(this.base, 'outside');
  readonly notes: string[] = [];
  readonly values = new Map<string, Json>();
  readonly spawned: SpawnedProcess[] = [];
  readonly said: string[] = [];

  context(change: Partial<ToolContext> = {}): ToolContext {
    return {
      workspace: this.workspace,
      env: { PATH: process.env['PATH'] ?? '' },
      callId: '01TESTCALL0000000000000000',
      stepId: 'step',
      signal: new AbortController().signal,
      room: () => null,
      write: (stream, text) => this.said.push(`${stream}:${text}`),
      spawned: async (process) => void this.spawned.push(process),
      setContext: async (key, value) => void this.values.set(key, value),
      addNote: async (text) => void this.notes.push(text),
      ...change,
    };
  }

  /** As the tool runner calls it: input parsed, checked, run. */
  async call<T>(tool: Tool<T>, input: JsonObject, change: Partial<ToolContext> = {}): Promise<JsonObject> {
    const parsed = tool.input.parse(input);
    await tool.check?.(parsed, { workspace: this.workspace, signal: new AbortController().signal });
    const result = await tool.run(parsed, this.context(change));
    tool.output.parse(result);
    return result;
  }

  [Symbol.dispose](): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
