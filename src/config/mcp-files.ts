import { join } from 'node:path';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import * as z from 'zod';
import { ConfigError } from '../domain/errors.ts';
import { readConfigText } from './config-places.ts';
import type { Config } from './config-schema.ts';
import { ABSENT, stampOf } from './config-stamp.ts';
import { MCP_FILES, type McpFileKind } from './mcp-file-kinds.ts';

type Server = Config['mcp']['servers'][string];

/** As other programs write them; what only they understand is passed over. */
const foreignServer = z.object({
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  cwd: z.string().optional(),
  url: z.string().optional(),
  httpUrl: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  disabled: z.boolean().optional(),
});

export interface McpFile {
  readonly path: string;
  readonly servers: Readonly<Record<string, Server>>;
}

/**
 * The servers that another program's file names; null if there is no such file. Trust is never taken over: it was given to
 * another program.
 * @throws ConfigError `invalid_mcp_file`
 */
export async function readMcpFile(folder: string, kind: McpFileKind): Promise<McpFile | null> {
  const { path: place, key } = MCP_FILES[kind];
  const path = join(folder, place);
  if (stampOf(path) === ABSENT) return null;
  const text = await readConfigText(path).catch((error: unknown) => {
    throw invalid(path, (error as Error).message);
  });
  const faults: ParseError[] = [];
  const value = parse(text, faults, { allowTrailingComma: true }) as unknown;
  const [fault] = faults;
  if (fault) {
    const line = text.slice(0, fault.offset).split('\n').length;
    throw invalid(path, `line ${line}: ${printParseErrorCode(fault.error)}`);
  }
  const read = z.object({ [key]: z.record(z.string(), foreignServer).optional() }).safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues as [z.core.$ZodIssue];
    throw invalid(path, `${issue.path.map(String).join('.')}: ${issue.message}`);
  }
  const servers = Object.entries(read.data[key] ?? {}).filter(([, { disabled }]) => disabled !== true);
  return { path, servers: Object.fromEntries(servers.flatMap(([name, server]) => entryOf(name, server))) };
}

function entryOf(
  name: string,
  server: z.output<typeof foreignServer>,
): readonly (readonly [string, Server])[] {
  const { command, args, env, cwd, headers } = server;
  const url = server.httpUrl ?? server.url;
  // A name of ours has no dot, which parts it from the tool's.
  const ours = name.replaceAll(/[^A-Za-z0-9_-]/g, '-');
  if (command !== undefined)
    return [
      [ours, { command, ...(args && { args }), ...(env && { env }), ...(cwd !== undefined && { cwd }) }],
    ];
  return url === undefined ? [] : [[ours, { url, ...(headers && { headers }) }]];
}

function invalid(path: string, reason: string): ConfigError {
  return new ConfigError('invalid_mcp_file', `${path} can't be read: ${reason}`, {
    hint: 'mcp.import names it',
    nextSteps: ['mend it, or take it out of mcp.import', 'agents config explain mcp.import'],
  });
}
