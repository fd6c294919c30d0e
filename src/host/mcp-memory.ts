import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { StorageError } from '../domain/errors.ts';
import { canonicalJson, type Json } from '../domain/json.ts';
import type { McpKnowledge, McpMemory, McpServerSpec } from '../ports/mcp.ts';

const NOTHING: McpKnowledge = { approved_at: null, tools: null };

/** What is known of MCP servers, a file for each: `$AGENTS_HOME/mcp/<sha256>.json` (docs/format.md). */
export class McpMemoryFiles implements McpMemory {
  readonly #folder: string;

  /** @param folder absolute; made when something is kept */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(spec: McpServerSpec): Promise<McpKnowledge> {
    const path = this.#path(spec);
    try {
      const { approved_at, tools } = JSON.parse(await readFile(path, 'utf8')) as McpKnowledge;
      return { approved_at, tools };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
      throw new StorageError('mcp_memory_unreadable', `${path} can't be read`, {
        hint: (error as Error).message,
        nextSteps: [`rm ${path}`],
        cause: error,
      });
    }
  }

  async write(spec: McpServerSpec, { approved_at, tools }: McpKnowledge): Promise<void> {
    const path = this.#path(spec);
    // Not what it is started with: that may hold keys.
    const { name, from } = spec;
    const text = JSON.stringify({ v: 1, name, from, approved_at, tools });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, `${text}\n`, { mode: 0o600 });
  }

  #path({ name, place, trust, from, needsApproval }: McpServerSpec): string {
    // What is started depends on where: `./server.js` of another project is another program.
    const what = { name, place, trust, folder: needsApproval ? dirname(from) : null };
    const key = createHash('sha256')
      .update(canonicalJson(what as unknown as Json))
      .digest('hex');
    return join(this.#folder, `${key}.json`);
  }
}
