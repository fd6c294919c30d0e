import * as z from 'zod';
import { holdsKey } from '../domain/key-names.ts';
import { MCP_FILE_KINDS } from './mcp-file-kinds.ts';
import { group } from './schema-group.ts';

const mcpServerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'is no name of a server (letters, digits, _ and -)');

/** One tool server: a command, or an address. */
const mcpServer = z
  .strictObject({
    command: z.string().min(1).optional(),
    args: z.array(z.string()).optional(),
    env: z.record(z.string(), z.string()).optional(),
    cwd: z.string().min(1).optional(),
    url: z
      .string()
      .regex(/^(https?:\/\/|\$\{)/, 'is no address (http:// or https://)')
      .optional(),
    headers: z.record(z.string(), z.string()).optional(),
    trust: z.boolean().optional(),
    start_limit: z.int().min(1).max(600).optional(),
  })
  .check((context) => {
    const { command, url, env = {}, headers = {} } = context.value;
    const refuse = (message: string, input: unknown, path: string[]): void =>
      void context.issues.push({ code: 'custom', message, input, path });
    if ((command === undefined) === (url === undefined))
      refuse('needs a command or a url, and only one of them', context.value, []);
    // Settings are told in events and screens: keys have no place in them.
    for (const [group, texts] of Object.entries({ env, headers }))
      for (const [name, text] of Object.entries(texts))
        if (holdsKey(name, text))
          refuse(
            `holds the key ${name}, which would be seen: write \${NAME} and give it in the environment`,
            texts,
            [group],
          );
  });

/** Tool servers. */
export const mcp = group({
  servers: z
    .record(mcpServerName, mcpServer)
    .default({})
    .describe(
      'Tool servers that speak the Model Context Protocol, by name; their tools are called mcp.NAME.TOOL. Each has a command ' +
        '(with args, env, cwd) or a url (with headers); ${NAME} and ${NAME:-else} are filled from the environment. trust: true ' +
        'believes its word that a tool only reads; otherwise every call counts as a write. start_limit: seconds, 30. Servers of ' +
        'the user are joined to those of the project; what a project names is started once a person has agreed.',
    ),
  import: z
    .array(z.enum(MCP_FILE_KINDS))
    .default([])
    .describe(
      'Other programs whose files in this folder name servers too: claude (.mcp.json), cursor (.cursor/mcp.json), vscode ' +
        '(.vscode/mcp.json), gemini (.gemini/settings.json).',
    ),
});
