import type { JsonObject } from '../domain/json.ts';

/** A server that is a process of this machine and speaks over its standard input and output. */
export interface McpProcess {
  readonly kind: 'process';
  readonly command: string;
  readonly args: readonly string[];
  /** Variables beside the few that every server gets (`PATH`, `HOME`, ...). */
  readonly env: Readonly<Record<string, string>>;
  /** The folder it starts in; null: the workspace. */
  readonly cwd: string | null;
}

/** A server that is reached by streamable HTTP. */
export interface McpAddress {
  readonly kind: 'address';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A tool server as a configuration names it. Texts may hold `${NAME}` and `${NAME:-else}`, filled in when it is started. */
export interface McpServerSpec {
  /** What its tools are called by: `mcp.<name>.<tool>`. */
  readonly name: string;
  readonly place: McpProcess | McpAddress;
  /** True: its word that a tool only reads is believed. */
  readonly trust: boolean;
  /** For starting and listing its tools, in milliseconds. */
  readonly startLimitMs: number;
  /** What is started or reached, as a person would type it; printable. */
  readonly shown: string;
  /** The file (or variable, or flag) that names it. */
  readonly from: string;
  /** True: it comes with the project, so that a person has to agree before it is started. */
  readonly needsApproval: boolean;
}

/** What a server says of a tool; the fields of the protocol that matter here, as they came. */
export interface McpToolDefinition {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: JsonObject;
  readonly annotations?: JsonObject;
}

/** What is known of a server, by what it is: of one that has been changed in any way nothing is known. */
export interface McpKnowledge {
  /** null: nobody has agreed that it is started. */
  readonly approved_at: string | null;
  /** Its tools when they were listed first, or a person agreed to them last; null: never listed. */
  readonly tools: readonly McpToolDefinition[] | null;
}

/** Remembers servers in the user's home, where no project writes. */
export interface McpMemory {
  /** @throws StorageError if what is kept can't be read */
  read(spec: McpServerSpec): Promise<McpKnowledge>;
  /** @throws StorageError */
  write(spec: McpServerSpec, knowledge: McpKnowledge): Promise<void>;
}

/** A tool that is not what a person has seen. */
export interface McpToolChange {
  readonly tool: string;
  readonly kind: 'new' | 'changed' | 'gone';
  /** The fields that differ: `title`, `description`, `inputSchema`, `annotations`. */
  readonly fields: readonly string[];
}

/** What a person has agreed to. */
export interface McpApproval {
  readonly tools: readonly McpToolDefinition[];
  /** Since they were seen last; null: they never were. */
  readonly changes: readonly McpToolChange[] | null;
}

/** The servers that the settings of a folder name, for those who look after them. */
export interface McpCatalog {
  /** By name. */
  readonly specs: readonly McpServerSpec[];
  /** @throws NotFoundError */
  spec(name: string): McpServerSpec;
  /** @throws NotFoundError, StorageError */
  knowledge(name: string): Promise<McpKnowledge>;
  /**
   * A person agrees to a server and to its tools as they are now: it is started to list them, and then remembered.
   * @param at ISO 8601
   * @throws NotFoundError, StorageError; PlanError `mcp_server_failed`; WaitingError `mcp_variable_missing`; the signal's reason
   */
  approve(name: string, at: string, signal: AbortSignal): Promise<McpApproval>;
}
