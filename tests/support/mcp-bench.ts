import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { McpMemoryFiles } from '../../src/host/mcp-memory.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import type { McpServerSpec } from '../../src/ports/mcp.ts';
import { McpServers } from '../../src/tools/mcp/mcp-servers.ts';

const { resolve } = createRequire(import.meta.url);

/** The program of a real server that is installed for tests. */
export const serverProgram = (name: 'filesystem' | 'everything' | 'memory'): string =>
  join(dirname(resolve(`@modelcontextprotocol/server-${name}/package.json`)), 'dist', 'index.js');

/** A server's settings, as from the user's own configuration. */
export function specOf(
  name: string,
  args: readonly string[],
  more: Partial<McpServerSpec> = {},
): McpServerSpec {
  return {
    name,
    place: { kind: 'process', command: process.execPath, args, env: {}, cwd: null },
    trust: true,
    startLimitMs: 60_000,
    shown: name,
    from: '/settings',
    needsApproval: false,
    ...more,
  };
}

/** A folder, a home, and the servers that are started for it. */
export class McpBench implements AsyncDisposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'agents-mcp-')));
  readonly folder = join(this.root, 'project');
  readonly memory = new McpMemoryFiles(join(this.root, 'home', 'mcp'));
  readonly processes = new SystemProcessTable(join(this.root, 'home'));
  readonly mark = `mcp:${this.root}`;
  readonly #opened: McpServers[] = [];

  constructor() {
    mkdirSync(this.folder);
  }

  servers(...specs: readonly McpServerSpec[]): McpServers {
    const servers = new McpServers(specs, this.memory, {
      workspace: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.root },
      marks: { AGENTS_CALL_ID: this.mark, AGENTS_CALL_HOME: join(this.root, 'home') },
      processes: this.processes,
    });
    this.#opened.push(servers);
    return servers;
  }

  /** Processes of servers that are alive. */
  alive(): readonly number[] {
    return this.processes.findByCallId([this.mark]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const servers of this.#opened) await servers.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}
